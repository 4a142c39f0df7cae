import type * as nodeFs from 'node:fs';
import { DeviceError, ValueError } from '../../core/errors';
import { nodeModule } from '../../core/node-module';
import { show } from '../../module/shape-declaration';

/** Node's files. @throws DeviceError where there are none */
export function files(asker: string, remedy: string): typeof nodeFs {
  const found = nodeModule<typeof nodeFs>('node:fs');
  if (found) return found;
  throw new DeviceError(`${asker}: there are no files here; ${remedy}`);
}

/** @throws ValueError for a path that is none, or where there is nothing */
export function checkPath(asker: string, path: string, { existsSync }: typeof nodeFs): string {
  if (typeof path !== 'string' || path === '')
    throw new ValueError(`${asker}: give the path of a file, not ${show(path)}`);
  if (!existsSync(path)) throw new ValueError(`${asker}: there is no ${path}`);
  return path;
}
