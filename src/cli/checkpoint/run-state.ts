import { checkpointFormat, stateIn } from '../../io/checkpoint';
import { divideTree, joinTree } from '../../io/state-tree';
import { tensor, type Tensor } from '../../tensor';
import type { StateFile } from './state-file';

/** The state in a checkpoint, in which other tensors, of one element, stand for those that are not read. */
export interface RunInFile {
  readonly tree: Readonly<Record<string, unknown>>;
  /** What a stand-in stands for. */
  readonly names: ReadonlyMap<unknown, string>;
}

/** The state of a run, where that is what the file holds. @throws StateError for one that is damaged */
export function runIn({ path, metadata, entries }: StateFile): RunInFile | undefined {
  if (metadata['format'] !== checkpointFormat) return undefined;
  const standIns = new Map<string, Tensor>([...entries.keys()].map((name) => [name, tensor(0)]));
  const tree = joinTree(stateIn(metadata, path), Object.fromEntries(standIns)) as Record<string, unknown>;
  return { tree, names: new Map([...standIns].map(([name, standIn]) => [standIn, name])) };
}

/** A state as a file keeps it: its JSON, and which of the old tensors is where. */
export function dividedRun(tree: object, { names }: RunInFile): { json: string; sources: Map<string, string> } {
  const { json, tensors } = divideTree(tree);
  const sources = Object.entries(tensors).map(([name, standIn]) => [name, names.get(standIn)!] as const);
  return { json: JSON.stringify(json), sources: new Map(sources) };
}
