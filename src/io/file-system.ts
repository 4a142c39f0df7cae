import type * as nodeFs from 'node:fs';
import { DeviceError } from '../core/errors';
import { nodeModule } from '../core/node-module';

const inBytes = 'encodeSafetensors, encodeNpy and encodeNpz make the bytes of files';

/** Node's file system, asked for when needed: a browser's bundle holds no trace of it. */
export function fileSystem(asker: string, remedy = inBytes): typeof nodeFs {
  const found = nodeModule<typeof nodeFs>('node:fs');
  if (!found) throw new DeviceError(`${asker}: there are no files here; ${remedy}`);
  return found;
}
