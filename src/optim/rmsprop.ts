import { add, div, mul, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { average, averageOfSquares, settled } from './averages';
import { formula } from './formula';
import { directed } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface RMSpropOptions extends OptimizerOptions {
  /** How slowly the averages forget. Default 0.99. */
  alpha: number;
  /** Keeps the quotient finite. Default 1e-8. */
  eps: number;
  /** Adds weightDecay times the parameter to its gradient. Default 0. */
  weightDecay: number;
  /** Default 0. */
  momentum: number;
  /** Divides by the root of the variance rather than of the averaged square. Default false. */
  centered: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: RMSpropOptions = {
  lr: 1e-2,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

const limits: Limits<RMSpropOptions> = {
  alpha: 'fraction',
  eps: 'notNegative',
  weightDecay: 'notNegative',
  momentum: 'notNegative',
};

const averaged = formula('rmsprop average', average);
const averagedSquare = formula('rmsprop average of squares', averageOfSquares);
const variance = formula('rmsprop variance', (square: Expr, mean: Expr) => sub(square, mul(mean, mean)));
const scaled = formula('rmsprop quotient', (g: Expr, square: Expr, eps: Expr) => div(g, add(sqrt(square), eps)));
const momentumOf = formula('rmsprop momentum', (v: Expr, x: Expr, momentum: Expr) => settled(add(mul(v, momentum), x)));
const stepped = formula('rmsprop', (p: Expr, x: Expr, lr: Expr) => sub(p, mul(x, lr)));

/**
 * RMSprop: steps of the gradient over the root of its averaged square, with optional momentum. Default lr 0.01.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.RMSprop.html; `centered` from
 * https://arxiv.org/abs/1308.0850
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new RMSprop(model, { lr: 0.01, momentum: 0.9 });
 */
export class RMSprop extends FirstOrderOptimizer<RMSpropOptions> {
  get name(): string {
    return 'RMSprop';
  }

  protected get defaults(): RMSpropOptions {
    return defaults;
  }

  protected get limits(): Limits<RMSpropOptions> {
    return limits;
  }

  protected init({ shape }: Parameter, { momentum, centered }: RMSpropOptions): Slots {
    return {
      square: zeros(shape),
      ...(centered && { mean: zeros(shape) }),
      ...(momentum > 0 && { momentum: zeros(shape) }),
    };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: RMSpropOptions): Update {
    const { lr, alpha, eps, momentum, centered } = options;
    const g = directed(gradient, parameter, options);
    const next: Slots = { square: averagedSquare(state.square, g, alpha, 1 - alpha) };
    if (centered) next.mean = averaged(state.mean ?? zeros(parameter.shape), g, alpha, 1 - alpha);
    const quotient = scaled(g, centered ? variance(next.square, next.mean) : next.square, eps);
    if (momentum > 0) next.momentum = momentumOf(state.momentum ?? zeros(parameter.shape), quotient, momentum);
    return { value: stepped(parameter, next.momentum ?? quotient, lr), state: next };
  }
}
