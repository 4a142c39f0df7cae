import { abs, add, div, exp, ge, input, lt, max, min, neg, select } from '../expr/build';
import type { Expr } from '../expr/expr';
import { cast, elementwiseTable } from '../ops';
import { map, mapSpec, type DerivativeRule, type MapSpec } from '../ops/map';
import type { Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';

/**
 * An elementwise formula of tensors, which count as float32, and numbers, recorded as one operation. Its derivatives are
 * those of the expression, or `rule` where PyTorch's differ at infinities.
 * @example const absolute = pointwise('absolute error', (x, t) => abs(sub(x, t)));
 */
export function pointwise<Operands extends Expr[]>(
  name: string,
  write: (...operands: Operands) => Expr,
  rule?: DerivativeRule,
): (...operands: { [K in keyof Operands]: Tensor | number }) => Tensor {
  let spec: MapSpec | undefined;
  return (...operands) => {
    const types = operands.map(() => 'float32' as const);
    spec ??= mapSpec(name, types, write(...(types.map((type, i) => input(i, type)) as Operands)), rule);
    return wrap(map(spec, operands.map((x) => cast(nodeOf(x), 'float32')))); // prettier-ignore
  };
}

/** x, or 0 where it is below; as torch.clamp_min it has the slope of x at 0, and NaN stays NaN with a slope of 0. */
export const atLeastZero = (x: Expr): Expr => select(ge(x, 0), x, select(lt(x, 0), 0, NaN));

/** x within [-limit, limit]; NaN stays NaN. */
export const bounded = (x: Expr, limit: Expr): Expr => min(max(x, neg(limit)), limit);

/** log(1 + x), exact near 0 too. */
export const log1p: (x: Expr) => Expr = elementwiseTable.log1p.forward;
const decay = (x: Expr) => exp(neg(abs(x)));

/** log(1 + exp(x)), which is -log(sigmoid(-x)), without overflow. */
export const softplus = (x: Expr): Expr => add(max(x, 0), log1p(decay(x)));

/** 1 / (1 + exp(-x)), with derivatives of every order that do not overflow. */
export const sigmoid = (x: Expr): Expr => div(select(ge(x, 0), 1, decay(x)), add(1, decay(x)));
