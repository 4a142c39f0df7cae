import { abs, add, gt, lt, mul, select } from '../expr/build';
import type { Expr } from '../expr/expr';

// Expressions that the formulas of several optimizers share.

/** The smallest normal number of float32. */
const leastNormal = 2 ** -126;

/**
 * The new value of a running average, 0 instead of a denormal one. An average of gradients that have stopped, as those of a
 * dead ReLU have, would be denormal for good after some 800 steps, and processors take a hundred times longer for those.
 */
export const settled = (average: Expr): Expr => select(lt(abs(average), leastNormal), 0, average);

/** average * beta + x * share */
export const average = (before: Expr, x: Expr, beta: Expr, share: Expr): Expr =>
  settled(add(mul(before, beta), mul(x, share)));

/** average * beta + x * x * share */
export const averageOfSquares = (before: Expr, x: Expr, beta: Expr, share: Expr): Expr =>
  settled(add(mul(before, beta), mul(mul(x, x), share)));

/** -1, 0 or 1. */
export const signOf = (x: Expr): Expr => select(gt(x, 0), 1, select(lt(x, 0), -1, 0));
