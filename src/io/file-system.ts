import type * as nodeFs from 'node:fs';
import { DeviceError } from '../core/errors';

type Process = { getBuiltinModule?: (name: string) => unknown };

const inBytes = 'encodeSafetensors, encodeNpy and encodeNpz make the bytes of files';

/** Node's file system, asked for when needed: a browser's bundle holds no trace of it. */
export function fileSystem(asker: string, remedy = inBytes): typeof nodeFs {
  const found = (globalThis as { process?: Process }).process?.getBuiltinModule?.('node:fs');
  if (!found) throw new DeviceError(`${asker}: there are no files here; ${remedy}`);
  return found as typeof nodeFs;
}
