import { nextMark } from '../graph/node';
import { atomically } from '../graph/recorder';
import { evaluate } from './evaluation';
import type { Tensor } from './tensor';

/** A tensor that gets a new value, and the value, which nobody else needs. */
export type Change = readonly [target: Tensor, value: Tensor];

/** Makes all of the changes or none, and computes the values together. Gives the devices that have work to do. */
export function commit(changes: readonly Change[]): ReadonlySet<string> {
  const mark = nextMark();
  atomically(() => {
    const versions = changes.map(([target, value]) => {
      const isFirst = value.node.mark !== mark;
      value.node.mark = mark;
      return target.prepare(value, isFirst);
    });
    versions.forEach((version, i) => changes[i][0].install(version));
  });
  return evaluate(changes.map(([target]) => target));
}
