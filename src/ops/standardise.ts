import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { withDerivative } from './custom';
import { add, mul, rsqrt, square, sub } from './elementwise';
import { mean } from './reduce';

export interface Standardised {
  /** (x - mean) / sqrt(variance + eps). */
  readonly y: Node;
  /** Of x along the axes, which stay with size 1. */
  readonly mean: Node;
  /** The same, divided by the count itself. */
  readonly variance: Node;
}

/** x with mean 0 and variance 1 along the axes: what the normalising layers share. */
export function standardise(x: Node, axes: readonly number[], eps: number): Standardised {
  const average = mean(x, axes, true);
  const centred = sub(x, average);
  const variance = mean(square(centred), axes, true);
  const scale = rsqrt(add(variance, scalarNode(eps, 'float32')));
  // the scale is an input so that it is still there when gradients are wanted; what flows through it is in that of x
  const y = withDerivative(
    [x, scale],
    () => mul(centred, scale),
    (g, y) => [mul(scale, sub(sub(g, mean(g, axes, true)), mul(y, mean(mul(g, y), axes, true)))), null],
  );
  return { y, mean: average, variance };
}
