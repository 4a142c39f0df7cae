import { ValueError } from '../core/errors';
import { add, mul, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { average } from './averages';
import { formula } from './formula';
import { directed } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface SGDOptions extends OptimizerOptions {
  /** Default 0. */
  momentum: number;
  /** How much of the gradient momentum leaves out after the first step. Default 0. */
  dampening: number;
  /** Adds weightDecay times the parameter to its gradient. Default 0. */
  weightDecay: number;
  /** Looks one momentum step ahead. Default false. */
  nesterov: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: SGDOptions = { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

const limits: Limits<SGDOptions> = { momentum: 'notNegative', dampening: 'any', weightDecay: 'notNegative' };

const momentumOf = formula('momentum', average);
const lookAhead = formula('nesterov', (g: Expr, v: Expr, momentum: Expr) => add(g, mul(v, momentum)));
const descended = formula('sgd', (p: Expr, g: Expr, lr: Expr) => sub(p, mul(g, lr)));

/**
 * Stochastic gradient descent: p - lr * g, with optional momentum.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html. Default lr 0.001.
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new SGD(model, { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends FirstOrderOptimizer<SGDOptions> {
  get name(): string {
    return 'SGD';
  }

  protected get defaults(): SGDOptions {
    return defaults;
  }

  protected get limits(): Limits<SGDOptions> {
    return limits;
  }

  protected init(parameter: Parameter, { momentum }: SGDOptions): Slots {
    return momentum === 0 ? {} : { momentum: zeros(parameter.shape) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: SGDOptions, step: number): Update {
    const { lr, momentum, dampening, nesterov } = options;
    const g = directed(gradient, parameter, options);
    if (momentum === 0) return { value: descended(parameter, g, lr), state: {} };
    const before = state.momentum ?? zeros(parameter.shape);
    const velocity = momentumOf(before, g, momentum, step === 1 ? 1 : 1 - dampening);
    const direction = nesterov ? lookAhead(g, velocity, momentum) : velocity;
    return { value: descended(parameter, direction, lr), state: { momentum: velocity } };
  }

  protected override check({ momentum, nesterov, dampening }: SGDOptions): void {
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new ValueError(
        'SGD: nesterov needs momentum above 0 and dampening 0; set { momentum: 0.9, nesterov: true }',
      );
  }
}
