import { add, div, mul, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import type { Parameter, Tensor } from '../tensor';
import { formula } from './formula';
import { decayedEitherWay } from './gradient';
import { averagedShare, momentLimits, moments } from './moments';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { Numbers, OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface NAdamOptions extends OptimizerOptions {
  /** How slowly the averages of gradient and squared gradient forget. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Keeps the quotient finite. Default 1e-8. */
  eps: number;
  /** Default 0. */
  weightDecay: number;
  /** How fast momentum reaches betas[0]. Default 0.004. */
  momentumDecay: number;
  /** Shrinks the parameter by lr * weightDecay, as AdamW does, instead of adding to the gradient. Default false. */
  decoupledWeightDecay: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: NAdamOptions = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 4e-3,
  decoupledWeightDecay: false,
  maximize: false,
};

const limits: Limits<NAdamOptions> = {
  ...momentLimits,
  momentumDecay: 'notNegative',
};

const averages = moments('nadam');
const rootOf = formula('nadam root', (v: Expr, correction: Expr, eps: Expr) => add(mul(sqrt(v), correction), eps));
const stepped = formula('nadam', (p: Expr, g: Expr, m: Expr, root: Expr, ofG: Expr, ofM: Expr) =>
  sub(p, div(add(mul(g, ofG), mul(m, ofM)), root)),
);

/**
 * NAdam: Adam with Nesterov's momentum, which looks one step ahead. Default lr 0.002.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html,
 * https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new NAdam(model, { lr: 2e-3 });
 */
export class NAdam extends FirstOrderOptimizer<NAdamOptions> {
  get name(): string {
    return 'NAdam';
  }

  protected get defaults(): NAdamOptions {
    return defaults;
  }

  protected get limits(): Limits<NAdamOptions> {
    return limits;
  }

  protected init(parameter: Parameter): Slots {
    return averages.begin(parameter);
  }

  protected apply(
    parameter: Tensor,
    gradient: Tensor,
    state: Slots,
    options: NAdamOptions,
    step: number,
    numbers: Numbers,
  ): Update {
    const { lr, betas, eps, momentumDecay } = options;
    const [beta1, beta2] = betas;
    const [p, g] = decayedEitherWay(parameter, gradient, options);
    const { mean, square } = averages.next(state, g, betas);
    const [mu, next] = [step, step + 1].map((t) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay)));
    const product = (numbers.product ?? 1) * mu;
    const [ofG, ofM] = [(lr * (1 - mu)) / (1 - product), (lr * next) / (1 - product * next)];
    const root = rootOf(square, 1 / Math.sqrt(averagedShare(beta2, step)), eps);
    return { value: stepped(p, g, mean, root, ofG, ofM), state: { mean, square }, numbers: { product } };
  }
}
