import { StateError } from '../core/errors';
import { add, div, mul, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { Buffer, commit, zeros, type Parameter, type Tensor } from '../tensor';
import { averageOfSquares } from './averages';
import { formula } from './formula';
import { directed } from './gradient';
import { averagedShare } from './moments';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { Numbers, OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface ScheduleFreeAdamWOptions extends OptimizerOptions {
  /** How much of the average the training point has, and how slowly the average of squares forgets. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Keeps the quotient finite. Default 1e-8. */
  eps: number;
  /** Default 0. */
  weightDecay: number;
  /** The steps over which the learning rate grows to its size. Default 0. */
  warmupSteps: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: ScheduleFreeAdamWOptions = {
  lr: 2.5e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  warmupSteps: 0,
  maximize: false,
};

const limits: Limits<ScheduleFreeAdamWOptions> = {
  betas: ['insideOne', 'belowOne'],
  eps: 'notNegative',
  weightDecay: 'notNegative',
  warmupSteps: 'countOrZero',
};

const averagedSquare = formula('schedule-free average of squares', averageOfSquares);
const directionOf = formula('schedule-free direction', (g: Expr, v: Expr, y: Expr, eps: Expr, decay: Expr) =>
  add(div(g, add(sqrt(v), eps)), mul(y, decay)),
);
const descended = formula('schedule-free', (z: Expr, u: Expr, lr: Expr) => sub(z, mul(u, lr)));
const between = formula('schedule-free point', (y: Expr, z: Expr, share: Expr) =>
  add(mul(y, sub(1, share)), mul(z, share)),
);

/**
 * Schedule-free AdamW: no schedule and no end of training that it would have to know. Steps go from a point z, gradients
 * are taken at y, between z and the weighted average x of all z, and x is what is evaluated. While it trains the
 * parameters hold y: call `eval()` before the model is evaluated or saved, and `train()` before training goes on.
 * Default lr 0.0025.
 *
 * Source: https://arxiv.org/abs/2405.15682, algorithm 1
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range; StateError for a step
 * after `eval()`
 * @example
 * const optimizer = new ScheduleFreeAdamW(model, { lr: 2.5e-3 });
 * optimizer.eval(); // evaluate or save here
 * optimizer.train();
 */
export class ScheduleFreeAdamW extends FirstOrderOptimizer<ScheduleFreeAdamWOptions> {
  get name(): string {
    return 'ScheduleFreeAdamW';
  }

  protected get defaults(): ScheduleFreeAdamWOptions {
    return defaults;
  }

  protected get limits(): Limits<ScheduleFreeAdamWOptions> {
    return limits;
  }

  /** Gives the parameters their averages x, which are to be evaluated. */
  eval(): void {
    this.swap((parameter, slots, [beta1]) => {
      if (slots.y !== undefined) return parameter;
      slots.y = new Buffer(parameter);
      return between(parameter, slots.z, 1 - 1 / beta1);
    });
  }

  /** Gives the parameters the points y, at which gradients are taken. */
  train(): void {
    this.swap((parameter, slots) => {
      const { y = parameter } = slots;
      delete slots.y;
      return y;
    });
  }

  private swap(next: (parameter: Parameter, slots: Slots, betas: readonly number[]) => Tensor): void {
    const pairs: [Tensor, Tensor][] = [];
    for (const { params, names, betas } of this.paramGroups)
      params.forEach((parameter, i) => {
        const state = this.states.get(names[i]);
        if (state) pairs.push([parameter, next(parameter, state.slots, betas)]);
      });
    commit(pairs);
  }

  protected init(parameter: Parameter): Slots {
    return { z: parameter, square: zeros(parameter.shape) };
  }

  protected apply(
    y: Tensor,
    gradient: Tensor,
    state: Slots,
    options: ScheduleFreeAdamWOptions,
    step: number,
    numbers: Numbers,
  ): Update {
    refuseAveraged(state);
    const [beta1, beta2] = options.betas;
    const g = directed(gradient, y, { maximize: options.maximize });
    const square = averagedSquare(state.square, g, beta2, 1 - beta2);
    const direction = directionOf(g, square, y, options.eps, options.weightDecay);
    const lr = rateAt(options, step);
    const weights = (numbers.weights ?? 0) + lr ** 2;
    const share = weights === 0 ? 0 : lr ** 2 / weights;
    const value = descended(between(y, state.z, share), direction, lr * (1 - beta1 * (1 - share)));
    return { value, state: { z: descended(state.z, direction, lr), square }, numbers: { weights } };
  }
}

/** The learning rate of a step: with warm-up, and with the correction for an average of squares that began at 0. */
function rateAt({ lr, betas: [, beta2], warmupSteps }: ScheduleFreeAdamWOptions, step: number): number {
  return lr * Math.sqrt(averagedShare(beta2, step)) * Math.min(1, step / Math.max(1, warmupSteps));
}

function refuseAveraged({ y }: Slots): void {
  if (y !== undefined)
    throw new StateError('ScheduleFreeAdamW: the parameters hold their averages; call optimizer.train() before step()');
}
