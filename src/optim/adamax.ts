import { abs, add, div, max, mul, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { average } from './averages';
import { formula } from './formula';
import { directed } from './gradient';
import { averagedShare, momentLimits } from './moments';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface AdamaxOptions extends OptimizerOptions {
  /** How slowly the average of the gradient and its largest value forget. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Keeps the quotient finite. Default 1e-8. */
  eps: number;
  /** Adds weightDecay times the parameter to its gradient. Default 0. */
  weightDecay: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: AdamaxOptions = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false };

const limits: Limits<AdamaxOptions> = momentLimits;

const averaged = formula('adamax average', average);
const largestOf = formula('adamax largest', (u: Expr, g: Expr, beta: Expr, eps: Expr) =>
  max(mul(u, beta), add(abs(g), eps)),
);
const stepped = formula('adamax', (p: Expr, m: Expr, u: Expr, lr: Expr) => sub(p, mul(div(m, u), lr)));

/**
 * Adamax: Adam with the largest gradient so far, slowly forgotten, in place of the root of the averaged square.
 * Default lr 0.002.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html, https://arxiv.org/abs/1412.6980
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new Adamax(model, { lr: 2e-3 });
 */
export class Adamax extends FirstOrderOptimizer<AdamaxOptions> {
  get name(): string {
    return 'Adamax';
  }

  protected get defaults(): AdamaxOptions {
    return defaults;
  }

  protected get limits(): Limits<AdamaxOptions> {
    return limits;
  }

  protected init({ shape }: Parameter): Slots {
    return { mean: zeros(shape), largest: zeros(shape) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: AdamaxOptions, step: number): Update {
    const { lr, betas, eps } = options;
    const [beta1, beta2] = betas;
    const g = directed(gradient, parameter, options);
    const mean = averaged(state.mean, g, beta1, 1 - beta1);
    const largest = largestOf(state.largest, g, beta2, eps);
    return { value: stepped(parameter, mean, largest, lr / averagedShare(beta1, step)), state: { mean, largest } };
  }
}
