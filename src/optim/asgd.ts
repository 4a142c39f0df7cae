import { add, eq, mul, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { formula } from './formula';
import { directed } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { Numbers, OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface ASGDOptions extends OptimizerOptions {
  /** How fast steps shrink, and parameters with them. Default 1e-4. */
  lambd: number;
  /** The power by which steps shrink. Default 0.75. */
  alpha: number;
  /** The step at which averaging begins. Default 1e6. */
  t0: number;
  /** Adds weightDecay times the parameter to its gradient. Default 0. */
  weightDecay: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: ASGDOptions = { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0, maximize: false };

const limits: Limits<ASGDOptions> = {
  lambd: 'notNegative',
  alpha: 'any',
  t0: 'notNegative',
  weightDecay: 'notNegative',
};

const stepped = formula('asgd', (p: Expr, g: Expr, keep: Expr, eta: Expr) => sub(mul(p, keep), mul(g, eta)));
const averaged = formula('asgd average', (a: Expr, p: Expr, mu: Expr) =>
  select(eq(mu, 1), p, add(a, mul(sub(p, a), mu))),
);

/**
 * Averaged stochastic gradient descent: steps that shrink, and beside the parameters their average since step t0, which is
 * the state tensor `average`. Default lr 0.01.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.ASGD.html, https://doi.org/10.1137/0330046
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new ASGD(model, { lr: 0.1, t0: 100 });
 */
export class ASGD extends FirstOrderOptimizer<ASGDOptions> {
  get name(): string {
    return 'ASGD';
  }

  protected get defaults(): ASGDOptions {
    return defaults;
  }

  protected get limits(): Limits<ASGDOptions> {
    return limits;
  }

  protected init({ shape }: Parameter): Slots {
    return { average: zeros(shape) };
  }

  protected apply(
    parameter: Tensor,
    gradient: Tensor,
    state: Slots,
    options: ASGDOptions,
    step: number,
    numbers: Numbers,
  ): Update {
    const { lr, lambd, alpha, t0 } = options;
    // both were decided at the end of the step before
    const { eta = lr, mu = 1 } = numbers;
    const value = stepped(parameter, directed(gradient, parameter, options), 1 - lambd * eta, eta);
    const next = { eta: lr / (1 + lambd * lr * step) ** alpha, mu: 1 / Math.max(1, step - t0) };
    return { value, state: { average: averaged(state.average, value, mu) }, numbers: next };
  }
}
