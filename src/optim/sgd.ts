import { ValueError } from '../core/errors';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { checkRange, Optimizer, type OptimizerOptions, type Slots, type Tagged, type Update } from './optimizer';
import type { OptimizerSource } from './parameter-groups';

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

/**
 * Stochastic gradient descent: p - lr * g, with optional momentum.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html. Default lr 0.001.
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new SGD(model, { lr: 0.1, momentum: 0.9 });
 */
export class SGD extends Optimizer<SGDOptions> {
  get name(): string {
    return 'SGD';
  }

  constructor(source: OptimizerSource<SGDOptions>, options: Partial<SGDOptions> & Tagged<SGDOptions> = {}) {
    super();
    this.setup(source, defaults, options);
  }

  protected init(parameter: Parameter, { momentum }: SGDOptions): Slots {
    return momentum === 0 ? {} : { momentum: zeros(parameter.shape) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: SGDOptions, step: number): Update {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = options;
    let g = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) g = g.add(parameter.mul(weightDecay));
    if (momentum === 0) return { value: parameter.sub(g.mul(lr)), state: {} };
    const velocity = (state.momentum ?? zeros(parameter.shape))
      .mul(momentum)
      .add(g.mul(step === 1 ? 1 : 1 - dampening));
    const direction = nesterov ? g.add(velocity.mul(momentum)) : velocity;
    return { value: parameter.sub(direction.mul(lr)), state: { momentum: velocity } };
  }

  protected check({ momentum, weightDecay, nesterov, dampening }: SGDOptions): void {
    checkRange(this.name, 'momentum', momentum);
    checkRange(this.name, 'weightDecay', weightDecay);
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new ValueError(
        'SGD: nesterov needs momentum above 0 and dampening 0; set { momentum: 0.9, nesterov: true }',
      );
  }
}
