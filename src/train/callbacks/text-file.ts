import type * as nodeFs from 'node:fs';
import { ValueError } from '../../core/errors';
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
}

/**
 * Runs `write` with Node's files.
 * @param remedy what to do where there are no files, as in a browser
 * @throws DeviceError there; ValueError, with the path and the reason, where it fails
 */
export function writing(asker: string, path: string, remedy: string, write: (fs: typeof nodeFs) => void): void {
  const fs = fileSystem(asker, remedy);
  try {
    write(fs);
  } catch (error) {
    throw new ValueError(`${asker}: ${path} cannot be written (${(error as Error).message})`);
  }
}

/** The file at `path`; what cannot be written is told as {@link writing} does. */
export function textFile(asker: string, path: string, remedy: string): TextFile {
  const attempt = (write: (fs: typeof nodeFs) => void) => writing(asker, path, remedy, write);
  return {
    clear: () => attempt((fs) => fs.writeFileSync(path, '')),
    append: (content) => attempt((fs) => fs.appendFileSync(path, content)),
    replace: (content) => attempt((fs) => replaceFile(fs, path, content)),
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
