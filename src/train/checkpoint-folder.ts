import type * as nodeFs from 'node:fs';
import { StateError, ValueError } from '../core/errors';
import { sayOnce } from '../core/say-once';
import { loadCheckpoint } from '../io';
import { fileSystem } from '../io/file-system';

/** A checkpoint of a run in a folder. */
export interface CheckpointFile {
  readonly path: string;
  readonly step: number;
}

const pattern = /^step-(\d+)\.safetensors$/;

export const fileOfStep = (folder: string, step: number): string =>
  `${folder}/step-${String(step).padStart(8, '0')}.safetensors`;

/** Those of a folder, the newest last; none where there is no such folder. */
export function checkpointsIn(folder: string, { readdirSync, existsSync }: Readable): CheckpointFile[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).flatMap((name) => {
    const step = pattern.exec(name)?.[1];
    return step === undefined ? [] : [{ path: `${folder}/${name}`, step: Number(step) }];
  });
  return files.sort((a, b) => a.step - b.step);
}
type Readable = Pick<typeof nodeFs, 'readdirSync' | 'existsSync'>;

/**
 * The newest checkpoint in a folder that can be read, or the one in a file; undefined for a folder without any.
 * @throws StateError where there are some, and none of them can be read
 */
export async function newestCheckpoint(from: string): Promise<{ path: string; state: unknown } | undefined> {
  const fs = fileSystem('Trainer.fit: resume', 'a browser keeps no checkpoints');
  if (fs.existsSync(from) && !fs.statSync(from).isDirectory()) return { path: from, state: await loadCheckpoint(from) };
  const problems: string[] = [];
  for (const { path } of checkpointsIn(from, fs).reverse()) {
    try {
      const state = await loadCheckpoint(path);
      if (problems.length > 0) sayOnce(`resume: the newest checkpoint is damaged, ${path} is taken: ${problems[0]}`);
      return { path, state };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0)
    throw new StateError(`none of the checkpoints in ${from} can be read: ${problems.join('; ')}`);
  return undefined;
}

/** @throws ValueError for what is no path */
export function checkFolder(asker: string, folder: unknown): asserts folder is string {
  if (typeof folder !== 'string' || folder === '')
    throw new ValueError(`${asker}: takes the path of a folder, not ${String(folder) || 'an empty text'}`);
}
