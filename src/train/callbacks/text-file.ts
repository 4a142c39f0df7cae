import type * as nodeFs from 'node:fs';
import { StateError, ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import { fileSystem } from '../../io/file-system';

/** A path that a callback was given. @throws ValueError for what is none */
export function pathOf(asker: string, path: string, what = 'a file'): string {
  if (typeof path === 'string' && path !== '') return path;
  throw new ValueError(`${asker}: takes the path of ${what} first, not ${show(path)}`);
}

/** A file of a callback, whole after each call. What cannot be written is a ValueError with the path and the reason. */
export interface TextFile {
  /** Makes it empty: what cannot be written is to be known before the work, not after it. */
  clear(): void;
  append(content: string | Uint8Array): void;
  /** Writes it anew; who reads it meanwhile, or after a failure, finds the old content or the new. */
  replace(content: string): void;
  /** Its length in bytes; 0 where there is none. */
  size(): number;
  /** Cuts it back to what it was at a checkpoint. @throws StateError where it is shorter than that */
  cut(size: number): void;
}

/**
 * Runs `write` with Node's files.
 * @param remedy what to do where there are no files, as in a browser
 * @throws DeviceError there; ValueError, with the path and the reason, where it fails
 */
export function writing<T>(asker: string, path: string, remedy: string, write: (fs: typeof nodeFs) => T): T {
  const fs = fileSystem(asker, remedy);
  try {
    return write(fs);
  } catch (error) {
    throw new ValueError(`${asker}: ${path} cannot be written (${(error as Error).message})`);
  }
}

/** The file at `path`; what cannot be written is told as {@link writing} does. */
export function textFile(asker: string, path: string, remedy: string): TextFile {
  const attempt = <T>(write: (fs: typeof nodeFs) => T) => writing(asker, path, remedy, write);
  const size = () => attempt((fs) => fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return {
    clear: () => attempt((fs) => fs.writeFileSync(path, '')),
    append: (content) => attempt((fs) => fs.appendFileSync(path, content)),
    replace: (content) => attempt((fs) => replaceFile(fs, path, content)),
    size,
    cut(wanted) {
      if (size() < wanted)
        throw new StateError(
          `${asker}: ${path} had ${wanted} bytes at the checkpoint and has ${size()}; put the file of that run back to go on with it`,
        );
      attempt((fs) => fs.truncateSync(path, wanted));
    },
  };
}

function replaceFile(fs: typeof nodeFs, path: string, content: string): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    fs.writeFileSync(partial, content);
    fs.renameSync(partial, path);
  } catch (error) {
    fs.rmSync(partial, { force: true });
    throw error;
  }
}
