import { add, mul, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { average, signOf } from './averages';
import { formula } from './formula';
import { directed, shrunk } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface LionOptions extends OptimizerOptions {
  /** How much of the average goes into a step, and how slowly the average forgets. Default [0.9, 0.99]. */
  betas: readonly [number, number];
  /** Shrinks the parameter by lr * weightDecay before the step. Default 0. */
  weightDecay: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: LionOptions = { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0, maximize: false };

const limits: Limits<LionOptions> = { betas: ['belowOne', 'belowOne'], weightDecay: 'notNegative' };

const averaged = formula('lion average', average);
const stepped = formula('lion', (p: Expr, m: Expr, g: Expr, beta: Expr, share: Expr, lr: Expr) =>
  sub(p, mul(signOf(add(mul(m, beta), mul(g, share))), lr)),
);

/**
 * Lion: every element moves by lr, in the direction of the sign of momentum and gradient mixed; weight decay is decoupled.
 * It wants a learning rate 3 to 10 times smaller than AdamW's. Default lr 1e-4.
 *
 * Source: https://arxiv.org/abs/2302.06675, algorithm 2
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new Lion(model, { lr: 1e-4, weightDecay: 0.1 });
 */
export class Lion extends FirstOrderOptimizer<LionOptions> {
  get name(): string {
    return 'Lion';
  }

  protected get defaults(): LionOptions {
    return defaults;
  }

  protected get limits(): Limits<LionOptions> {
    return limits;
  }

  protected init({ shape }: Parameter): Slots {
    return { mean: zeros(shape) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: LionOptions): Update {
    const { lr, betas, weightDecay, maximize } = options;
    const [beta1, beta2] = betas;
    const g = directed(gradient, parameter, { maximize });
    const value = stepped(shrunk(parameter, lr, weightDecay), state.mean, g, beta1, 1 - beta1, lr);
    return { value, state: { mean: averaged(state.mean, g, beta2, 1 - beta2) } };
  }
}
