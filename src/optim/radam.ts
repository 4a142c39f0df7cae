import { add, div, mul, select, sqrt, sub, gt } from '../expr/build';
import type { Expr } from '../expr/expr';
import type { Parameter, Tensor } from '../tensor';
import { formula } from './formula';
import { decayedEitherWay } from './gradient';
import { averagedShare, momentLimits, moments } from './moments';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface RAdamOptions extends OptimizerOptions {
  /** How slowly the averages of gradient and squared gradient forget. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Keeps the quotient finite. Default 1e-8. */
  eps: number;
  /** Default 0. */
  weightDecay: number;
  /** Shrinks the parameter by lr * weightDecay, as AdamW does, instead of adding to the gradient. Default false. */
  decoupledWeightDecay: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: RAdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  maximize: false,
};

const limits: Limits<RAdamOptions> = momentLimits;

const averages = moments('radam');
// one formula for both kinds of steps, so that going over from one to the other compiles nothing
const stepped = formula('radam', (p: Expr, m: Expr, v: Expr, eps: Expr, scale: Expr, isRectified: Expr) =>
  sub(p, mul(m, div(scale, select(gt(isRectified, 0), add(sqrt(v), eps), 1)))),
);

/**
 * RAdam: Adam that takes steps of the plain average while it has seen too few gradients to know their variance, and
 * corrects for what it does not know later. Default lr 0.001.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html, https://arxiv.org/abs/1908.03265
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new RAdam(model, { lr: 1e-3 });
 */
export class RAdam extends FirstOrderOptimizer<RAdamOptions> {
  get name(): string {
    return 'RAdam';
  }

  protected get defaults(): RAdamOptions {
    return defaults;
  }

  protected get limits(): Limits<RAdamOptions> {
    return limits;
  }

  protected init(parameter: Parameter): Slots {
    return averages.begin(parameter);
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: RAdamOptions, step: number): Update {
    const { lr, betas, eps } = options;
    const [beta1, beta2] = betas;
    const [p, g] = decayedEitherWay(parameter, gradient, options);
    const { mean, square } = averages.next(state, g, betas);
    const rectified = rectification(beta2, step);
    const scale = (lr / averagedShare(beta1, step)) * (rectified || 1);
    return { value: stepped(p, mean, square, eps, scale, Math.sign(rectified)), state: { mean, square } };
  }
}

/** What a step over the root of the averaged square is multiplied with; 0 while the variance is not known yet. */
function rectification(beta2: number, step: number): number {
  const correction = averagedShare(beta2, step);
  const most = 2 / (1 - beta2) - 1;
  const length = most - (2 * step * beta2 ** step) / correction;
  if (length <= 5) return 0;
  const share = ((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length);
  return Math.sqrt(correction) * Math.sqrt(share);
}
