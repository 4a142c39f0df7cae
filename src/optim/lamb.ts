import { add, div, eq, mul, or, select, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import type { Parameter, Tensor } from '../tensor';
import { formula } from './formula';
import { directed } from './gradient';
import { averagedShare, momentLimits, moments } from './moments';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface LAMBOptions extends OptimizerOptions {
  /** How slowly the averages of gradient and squared gradient forget. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Keeps the quotient finite. Default 1e-6. */
  eps: number;
  /** Adds weightDecay times the parameter to the step, before its length is chosen. Default 0.01. */
  weightDecay: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: LAMBOptions = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-6, weightDecay: 0.01, maximize: false };

const limits: Limits<LAMBOptions> = momentLimits;

const averages = moments('lamb');
const directionOf = formula('lamb direction', (m: Expr, v: Expr, p: Expr, ofV: Expr, eps: Expr, decay: Expr) =>
  add(div(m, add(mul(sqrt(v), ofV), eps)), mul(p, decay)),
);
const stepped = formula('lamb', (p: Expr, direction: Expr, ofP: Expr, ofDirection: Expr, lr: Expr) => {
  const trust = select(or(eq(ofP, 0), eq(ofDirection, 0)), 1, div(ofP, ofDirection));
  return sub(p, mul(direction, mul(trust, lr)));
});

const norm = (x: Tensor): Tensor => x.square().sum().sqrt();

/**
 * LAMB: Adam's direction with weight decay, and for each parameter a step as long as lr times the parameter's norm; for
 * large batches. Where either norm is 0 the direction is taken as it is. Default lr 0.001.
 *
 * Source: https://arxiv.org/abs/1904.00962, algorithm 2, with the identity for phi
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new LAMB(model, { lr: 2e-3 });
 */
export class LAMB extends FirstOrderOptimizer<LAMBOptions> {
  get name(): string {
    return 'LAMB';
  }

  protected get defaults(): LAMBOptions {
    return defaults;
  }

  protected get limits(): Limits<LAMBOptions> {
    return limits;
  }

  protected init(parameter: Parameter): Slots {
    return averages.begin(parameter);
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: LAMBOptions, step: number): Update {
    const { lr, betas, eps, weightDecay, maximize } = options;
    const [beta1, beta2] = betas;
    const g = directed(gradient, parameter, { maximize });
    const { mean, square } = averages.next(state, g, betas);
    const correction = averagedShare(beta1, step); // of the mean, here on the other side of the fraction
    const ofSquare = correction / Math.sqrt(averagedShare(beta2, step));
    const direction = directionOf(mean, square, parameter, ofSquare, eps * correction, weightDecay);
    const value = stepped(parameter, direction, norm(parameter), norm(direction), lr);
    return { value, state: { mean, square } };
  }
}
