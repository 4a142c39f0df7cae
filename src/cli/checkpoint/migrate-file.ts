import { saveSafetensors, type Metadata } from '../../io';
import { copySafetensors } from '../../io/copy-safetensors';
import { migrateState, type MigrationRules, type StateShapes } from '../../module';
import { migrateCheckpoint } from '../../train';
import { dividedRun, type RunInFile } from './run-state';
import type { StateFile } from './state-file';

/** What a file comes to by rules; without any, what it holds. */
export interface MigratedFile {
  /** The name that each tensor has in the file, by the one it gets. */
  readonly sources: ReadonlyMap<string, string>;
  readonly metadata: Metadata;
  /** What a model would be given of it. */
  readonly model: StateShapes;
}

export function migrateFile(file: StateFile, run: RunInFile | undefined, rules: MigrationRules): MigratedFile {
  return run && isDict(run.tree['model']) ? migrateRun(file, run, rules) : migrateTensors(file, rules);
}

function migrateRun(file: StateFile, run: RunInFile, rules: MigrationRules): MigratedFile {
  const tree = migrateCheckpoint(run.tree, rules);
  const { json, sources } = dividedRun(tree, run);
  const shapes = Object.entries(tree['model'] as object).map(([path, standIn]) => {
    const name = run.names.get(standIn);
    return [path, name === undefined ? undefined : file.entries.get(name)!.loaded] as const;
  });
  const model = Object.fromEntries(shapes.filter(([, shape]) => shape !== undefined)) as StateShapes;
  return { sources, metadata: { ...file.metadata, state: json }, model };
}

function migrateTensors({ entries, metadata }: StateFile, rules: MigrationRules): MigratedFile {
  const names = Object.fromEntries([...entries.keys()].map((name) => [name, name]));
  const sources = Object.entries(migrateState(names, rules));
  const model = Object.fromEntries(sources.map(([name, old]) => [name, entries.get(old)!.loaded]));
  return { sources: new Map(sources), metadata, model };
}

/** Writes it as safetensors: byte for byte what was safetensors before, anything else as it was loaded. */
export async function writeMigrated(file: StateFile, { sources, metadata }: MigratedFile, out: string): Promise<void> {
  if (file.isSafetensors) return copySafetensors('decograd checkpoint', file.path, out, sources, metadata);
  const dict = await Promise.all([...sources].map(async ([name, old]) => [name, await file.tensor(old)] as const));
  await saveSafetensors(out, Object.fromEntries(dict));
}

const isDict = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
