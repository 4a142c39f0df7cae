import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DecogradError } from '../core/errors';
import { describeDifferences } from '../module';
import { differencesOf } from '../module/module-differences';
import type { CheckpointRequest } from './command-line';
import { locate } from './checkpoint/locate';
import { migrateFile, writeMigrated, type MigratedFile } from './checkpoint/migrate-file';
import { runIn, type RunInFile } from './checkpoint/run-state';
import { openStateFile, type StateFile } from './checkpoint/state-file';
import { tensorTable } from './checkpoint/tensor-table';
import { findModels } from './find-models';
import { loadFile } from './load/load-file';
import type { Outcome } from './outcome';
import { messageOf, UsageError } from './usage';

/** `decograd checkpoint`. */
export async function checkpointCommand(request: CheckpointRequest): Promise<Outcome> {
  const { file: path, note } = locate(request.path);
  const model = request.model && (await modelOf(request.model));
  return inWords(path, async () => {
    const file = await openStateFile(path);
    try {
      const run = runIn(file);
      const migrated = migrateFile(file, run, request.migrate);
      const output = [...headOf(file, run, note), '', await tensorTable(file, migrated.sources, request.values)];
      const check = model ? compare(model, migrated, path, request) : { messages: [], code: 0 as const };
      if (request.out === undefined) return { output: output.join('\n'), ...check };
      await write(file, migrated, request.out);
      return { output: output.join('\n'), code: check.code, messages: [...check.messages, `wrote ${request.out}`] };
    } finally {
      await file.close();
    }
  });
}

/** What the library or the file system says of a file is the user's to put right. */
async function inWords<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isKnown = error instanceof DecogradError || (error as NodeJS.ErrnoException).code !== undefined;
    throw isKnown ? new UsageError(`${path}: ${messageOf(error)}`) : error;
  }
}

/** What there is to say of the file as a whole. */
function headOf({ path, metadata }: StateFile, run: RunInFile | undefined, note?: string): string[] {
  const written = `written ${statSync(path).mtime.toISOString()}`;
  const { epoch, step } = run?.tree ?? {};
  const facts = Object.entries({ epoch, step }).filter(([, value]) => typeof value === 'number').map(([name, value]) => `${name} ${String(value)}`); // prettier-ignore
  const texts = Object.entries(metadata).filter(([name]) => run === undefined || !['format', 'version', 'state'].includes(name)); // prettier-ignore
  const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}...` : text);
  return [...(note ? [note] : []), `${path}: ${[...facts, written].join(', ')}`, ...texts.map(([name, text]) => `${name}: ${cut(text)}`)]; // prettier-ignore
}

/** `model.ts#Net`, or `model.ts` where it exports one model. */
async function modelOf({ file, name }: NonNullable<CheckpointRequest['model']>): Promise<readonly [string, object]> {
  const models = await findModels(await loadFile(resolve(file)), name);
  if (models.size === 1) return [...models][0];
  throw new UsageError(`${file} exports ${[...models.keys()].join(', ')}; choose one with --model ${file}#NAME`);
}

function compare(
  [name, model]: readonly [string, object],
  { model: saved }: MigratedFile,
  path: string,
  { migrate }: CheckpointRequest,
): Omit<Outcome, 'output'> {
  const differences = differencesOf(model, saved);
  const messages = describeDifferences(differences);
  if (messages.length === 0) return { messages: [`${path} fits ${name}`], code: 0 };
  const rules = Object.entries(differences.rules).map(([old, to]) => `--migrate '${old}=${to}'`);
  const isFirst = Object.keys(migrate).length === 0 && rules.length > 0 && rules.length <= 5;
  return { messages: [...messages, ...(isFirst ? [`rename with ${rules.join(' ')}`] : [])], code: 1 };
}

async function write(file: StateFile, migrated: MigratedFile, out: string): Promise<void> {
  if (!out.endsWith('.safetensors')) throw new UsageError(`--out ${out} must end in .safetensors, which is what is written`); // prettier-ignore
  if (resolve(out) === resolve(file.path)) throw new UsageError(`--out ${out} is the file itself; name another`);
  await writeMigrated(file, migrated, out);
}
