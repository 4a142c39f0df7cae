import * as fs from 'node:fs';
import { checkpointsIn } from '../../train/checkpoint-folder';
import { UsageError } from '../usage';

/** The file that is meant: the one named, or the newest checkpoint of a folder; and what there is to say of the choice. */
export function locate(path: string): { file: string; note?: string } {
  if (!fs.existsSync(path)) throw new UsageError(`there is no file or folder ${path}`);
  if (!fs.statSync(path).isDirectory()) return { file: path };
  const found = checkpointsIn(path, fs);
  if (found.length === 0) throw new UsageError(`there is no checkpoint in ${path}, such as step-00000100.safetensors; name a file`); // prettier-ignore
  const count = found.length === 1 ? 'one checkpoint' : `${found.length} checkpoints, of which this is the newest`;
  return { file: found.at(-1)!.path, note: `${path} holds ${count}` };
}
