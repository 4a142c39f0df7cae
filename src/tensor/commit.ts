import { nextMark } from '../graph/node';
import { atomically } from '../graph/recorder';
import { evaluate } from './evaluation';
import type { Tensor } from './tensor';

/** Gives every target its new value, which nobody else needs, and computes them together: all of them, or none. */
export function commit(pairs: readonly (readonly [Tensor, Tensor])[]): void {
  const mark = nextMark();
  atomically(() => {
    const installs = pairs.map(([target, value]) => {
      const isFirst = value.node.mark !== mark;
      value.node.mark = mark;
      return target.prepare(value, isFirst);
    });
    for (const install of installs) install();
  });
  evaluate(pairs.map(([target]) => target));
}
