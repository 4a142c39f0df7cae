import type { Executable } from '../backend/backend';
import { numberOf, scalarOp, type Cell, type Node } from '../graph/node';
import { arrived, takeWaiting } from '../graph/recorder';
import { undo } from '../graph/versions';
import { execute, type Evaluation } from './evaluate';
import { settle } from './settle';
import { watcher } from './watch';

/** An evaluation that can be made again with other nodes: which of them, by place, go into its program and come out. */
export interface Repeatable {
  readonly executable: Executable;
  readonly inputs: readonly number[];
  readonly scalars: readonly Scalar[];
  readonly outputs: readonly number[];
}
/** Its place, or below 0 where the recording itself brought it in: then it has this value every time. */
interface Scalar {
  readonly place: number;
  readonly value: number;
}

/** @returns null where it read a value, or kept one, that is none of `nodes` */
export function repeatable({ order, kept, executable }: Evaluation, nodes: readonly Node[]): Repeatable | null {
  const places = new Map(nodes.map((node, place) => [node, place]));
  const placeOf = (node: Node): number => places.get(node) ?? -1;
  const scalars = order
    .filter(({ op }) => op === scalarOp)
    .map((node) => ({ place: placeOf(node), value: numberOf(node) }));
  const inputs = order.filter(({ op, given }) => given && op !== scalarOp).map(placeOf);
  const outputs = kept.map(placeOf);
  return [...inputs, ...outputs].includes(-1) ? null : { executable, inputs, scalars, outputs };
}

/**
 * Makes the evaluation again, of nodes in the same places as the first time: `first` are those that it is made of, among them
 * all that the device has recorded, and `others` come behind. A failure leaves no value changed.
 */
export function repeat(device: string, program: Repeatable, first: readonly Node[], others: readonly Node[]): void {
  const { executable, inputs, scalars, outputs } = program;
  const waiting = takeWaiting(device);
  const watching = watcher();
  const began = watching ? performance.now() : 0;
  const at = (place: number): Node => (place < first.length ? first[place] : others[place - first.length]);
  const cells: Cell[] = [];
  const numbers: number[] = [];
  const kept: Node[] = [];
  try {
    for (const place of inputs) cells.push(arrived(at(place)));
    for (const { place, value } of scalars) numbers.push(place < 0 ? value : numberOf(at(place)));
    for (const place of outputs) kept.push(at(place));
    const values = execute(executable, cells, numbers, kept, watching);
    watching?.evaluation(device, false, began, began, performance.now());
    settle(first, kept, values);
  } catch (error) {
    undo([...waiting, ...others]);
    throw error;
  }
}
