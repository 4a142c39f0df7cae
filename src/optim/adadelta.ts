import { add, div, mul, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { averageOfSquares } from './averages';
import { formula } from './formula';
import { directed } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface AdadeltaOptions extends OptimizerOptions {
  /** How slowly the averages of squares forget. Default 0.9. */
  rho: number;
  /** Added to both averages under their roots. Default 1e-6. */
  eps: number;
  /** Adds weightDecay times the parameter to its gradient. Default 0. */
  weightDecay: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: AdadeltaOptions = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };

const limits: Limits<AdadeltaOptions> = { rho: 'fraction', eps: 'notNegative', weightDecay: 'notNegative' };

const averaged = formula('adadelta average of squares', averageOfSquares);
const scaled = formula('adadelta change', (g: Expr, changes: Expr, square: Expr, eps: Expr) =>
  mul(div(sqrt(add(changes, eps)), sqrt(add(square, eps))), g),
);
const stepped = formula('adadelta', (p: Expr, change: Expr, lr: Expr) => sub(p, mul(change, lr)));

/**
 * Adadelta: steps of the gradient, scaled by the root of the averaged square of past steps over that of past gradients.
 * Default lr 1.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html, https://arxiv.org/abs/1212.5701
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new Adadelta(model, { rho: 0.95 });
 */
export class Adadelta extends FirstOrderOptimizer<AdadeltaOptions> {
  get name(): string {
    return 'Adadelta';
  }

  protected get defaults(): AdadeltaOptions {
    return defaults;
  }

  protected get limits(): Limits<AdadeltaOptions> {
    return limits;
  }

  protected init({ shape }: Parameter): Slots {
    return { square: zeros(shape), changes: zeros(shape) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: AdadeltaOptions): Update {
    const { lr, rho, eps } = options;
    const g = directed(gradient, parameter, options);
    const square = averaged(state.square, g, rho, 1 - rho);
    const change = scaled(g, state.changes, square, eps);
    const changes = averaged(state.changes, change, rho, 1 - rho);
    return { value: stepped(parameter, change, lr), state: { square, changes } };
  }
}
