import { add, div, mul, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { full, type Parameter, type Tensor } from '../tensor';
import { formula } from './formula';
import { directed } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface AdagradOptions extends OptimizerOptions {
  /** Divides the learning rate by 1 + lrDecay times the steps before. Default 0. */
  lrDecay: number;
  /** Adds weightDecay times the parameter to its gradient. Default 0. */
  weightDecay: number;
  /** What the sum of squares begins with. Default 0. */
  initialAccumulatorValue: number;
  /** Keeps the quotient finite. Default 1e-10. */
  eps: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: AdagradOptions = {
  lr: 1e-2,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
};

const limits: Limits<AdagradOptions> = {
  lrDecay: 'notNegative',
  weightDecay: 'notNegative',
  initialAccumulatorValue: 'notNegative',
  eps: 'notNegative',
};

const summed = formula('adagrad sum of squares', (s: Expr, g: Expr) => add(s, mul(g, g)));
const stepped = formula('adagrad', (p: Expr, g: Expr, s: Expr, eps: Expr, lr: Expr) =>
  sub(p, mul(div(g, add(sqrt(s), eps)), lr)),
);

/**
 * Adagrad: steps of the gradient over the root of the sum of its squares so far. Default lr 0.01.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adagrad.html, https://jmlr.org/papers/v12/duchi11a.html
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new Adagrad(model, { lr: 0.01 });
 */
export class Adagrad extends FirstOrderOptimizer<AdagradOptions> {
  get name(): string {
    return 'Adagrad';
  }

  protected get defaults(): AdagradOptions {
    return defaults;
  }

  protected get limits(): Limits<AdagradOptions> {
    return limits;
  }

  protected init({ shape }: Parameter, { initialAccumulatorValue }: AdagradOptions): Slots {
    return { sum: full(shape, initialAccumulatorValue) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: AdagradOptions, step: number): Update {
    const g = directed(gradient, parameter, options);
    const sum = summed(state.sum, g);
    const lr = options.lr / (1 + (step - 1) * options.lrDecay);
    return { value: stepped(parameter, g, sum, options.eps, lr), state: { sum } };
  }
}
