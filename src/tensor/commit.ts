import { nextMark, type Node } from '../graph/node';
import { atomically, valueLike } from '../graph/recorder';
import { repeat, type Repeatable } from '../plan';
import { evaluateNoted, type Evaluations } from './evaluation';
import type { Tensor } from './tensor';

/** A tensor that gets a new value, and the value, which nobody else needs. */
export type Change = readonly [target: Tensor, value: Tensor];

/** The new versions of the targets, and what computed them. */
export interface Committed {
  readonly versions: readonly Node[];
  readonly evaluations: Evaluations;
}

/** Makes all of the changes or none, and computes the values together. Gives the devices that have work to do. */
export function commit(changes: readonly Change[]): ReadonlySet<string> {
  return new Set(commitNoted(changes).evaluations.keys());
}

/** The same, and what came of it. */
export function commitNoted(changes: readonly Change[]): Committed {
  const mark = nextMark();
  const versions = atomically(() => {
    const prepared = changes.map(([target, value]) => {
      const isFirst = value.node.mark !== mark;
      value.node.mark = mark;
      return target.prepare(value, isFirst);
    });
    prepared.forEach((version, i) => changes[i][0].install(version));
    return prepared;
  });
  return { versions, evaluations: evaluateNoted(changes.map(([target]) => target)) };
}

/**
 * Gives the targets, all of one device, their next values by a program that is known. In its places are `given`, the new
 * versions, and `numbers`.
 */
export function commitAgain(
  device: string,
  program: Repeatable,
  targets: readonly Tensor[],
  given: readonly Node[],
  numbers: readonly Node[],
): void {
  const others: Node[] = [];
  for (const target of targets) {
    const version = valueLike(target.node);
    target.install(version);
    others.push(version);
  }
  for (const number of numbers) others.push(number);
  repeat(device, program, given, others);
}
