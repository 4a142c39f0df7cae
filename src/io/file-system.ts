import type * as nodeFs from 'node:fs';
import { DeviceError } from '../core/errors';

type Process = { getBuiltinModule?: (name: string) => unknown };

/** Node's file system, asked for when needed: a browser's bundle holds no trace of it. */
export function fileSystem(asker: string): typeof nodeFs {
  const found = (globalThis as { process?: Process }).process?.getBuiltinModule?.('node:fs');
  if (!found)
    throw new DeviceError(`${asker}: there are no files here; use encodeSafetensors and decodeSafetensors with bytes`);
  return found as typeof nodeFs;
}
