import type * as nodeFs from 'node:fs';
import { ValueError } from '../core/errors';

/** Folders that runs of this process hold. */
const held = new Set<string>();

/**
 * Takes a folder for one run alone, by a file that names the process; the returned function gives it back. What a process
 * that is no more has left is taken over.
 * @throws ValueError where another run holds it; the error of the file system where nothing can be written
 */
export function lockFolder(asker: string, folder: string, fs: typeof nodeFs): () => void {
  const path = `${fs.realpathSync(folder)}/.lock`;
  for (let attempts = 0; ; attempts++) {
    try {
      if (held.has(path)) throw Object.assign(new Error(), { code: 'EEXIST' });
      fs.writeFileSync(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
      const holder = holderOf(path, fs);
      if (attempts > 0 || held.has(path) || isAlive(holder))
        throw new ValueError(
          `${asker}: another run${holder ? ` (process ${holder})` : ''} keeps its checkpoints in ${folder}; give each run a folder of its own, or ` +
            `delete ${path} if there is no such run`,
        );
      fs.rmSync(path, { force: true });
    }
  }
  held.add(path);
  return () => {
    held.delete(path);
    fs.rmSync(path, { force: true });
  };
}

function holderOf(path: string, { readFileSync }: typeof nodeFs): number {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return NaN; // it has just gone
  }
}

/** This process holds none that it does not know of: an equal number is that of one before it. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}
