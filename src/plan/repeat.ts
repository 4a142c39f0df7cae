import type { Executable } from '../backend/backend';
import { numberOf, scalarOp, type Node } from '../graph/node';
import { arrived, takeWaiting } from '../graph/recorder';
import { undo } from '../graph/versions';
import { execute, type Evaluation } from './evaluate';
import { settle } from './settle';
import { watcher } from './watch';

/** An evaluation that can be made again with other nodes: which of them, by place, go into its program and come out. */
export interface Repeatable {
  readonly executable: Executable;
  readonly inputs: readonly number[];
  readonly scalars: readonly (ScalarPlace | Constant)[];
  readonly outputs: readonly number[];
}
interface ScalarPlace {
  readonly place: number;
}
/** A number that the recording itself brought in, the same every time. */
interface Constant {
  readonly value: number;
}

/** @returns null where it read a value, or kept one, that is none of `nodes` */
export function repeatable({ order, kept, executable }: Evaluation, nodes: readonly Node[]): Repeatable | null {
  const places = new Map(nodes.map((node, place) => [node, place]));
  const placeOf = (node: Node): number => places.get(node) ?? -1;
  const scalars = order
    .filter(({ op }) => op === scalarOp)
    .map((node) => {
      const place = placeOf(node);
      return place < 0 ? { value: numberOf(node) } : { place };
    });
  const inputs = order.filter(({ op, given }) => given && op !== scalarOp).map(placeOf);
  const outputs = kept.map(placeOf);
  return [...inputs, ...outputs].includes(-1) ? null : { executable, inputs, scalars, outputs };
}

/**
 * Makes the evaluation again: `recorded` is all that the device has recorded, of the same structure as the first time, and
 * `others` the other nodes, in their places behind it. A failure leaves no value changed.
 */
export function repeat(device: string, program: Repeatable, recorded: readonly Node[], others: readonly Node[]): void {
  const { executable, inputs, scalars, outputs } = program;
  const waiting = takeWaiting(device);
  const watching = watcher();
  const began = watching ? performance.now() : 0;
  const at = (place: number): Node => (place < recorded.length ? recorded[place] : others[place - recorded.length]);
  try {
    const cells = inputs.map((place) => arrived(at(place)));
    const numbers = scalars.map((scalar) => ('value' in scalar ? scalar.value : numberOf(at(scalar.place))));
    const kept = outputs.map(at);
    const values = execute(executable, cells, numbers, kept, watching);
    watching?.evaluation(device, false, began, began, performance.now());
    settle(recorded, kept, values);
  } catch (error) {
    undo([...waiting, ...others]);
    throw error;
  }
}
