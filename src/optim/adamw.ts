import type { Tensor } from '../tensor';
import { Adam, adamUpdate, type AdamOptions } from './adam';
import type { Slots, Tagged, Update } from './optimizer';
import type { OptimizerSource } from './parameter-groups';

/**
 * Adam with decoupled weight decay: the parameter shrinks by lr * weightDecay, 0.01 by default, before the step.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.AdamW.html, https://arxiv.org/abs/1711.05101
 * @example new AdamW(model, { lr: 1e-3, groups: { noDecay: { weightDecay: 0 } } });
 */
export class AdamW extends Adam {
  override get name(): string {
    return 'AdamW';
  }

  constructor(source: OptimizerSource<AdamOptions>, options: Partial<AdamOptions> & Tagged<AdamOptions> = {}) {
    super(source, { weightDecay: 0.01, ...options });
  }

  protected override apply(
    parameter: Tensor,
    gradient: Tensor,
    state: Slots,
    options: AdamOptions,
    step: number,
  ): Update {
    const shrunk = options.weightDecay === 0 ? parameter : parameter.mul(1 - options.lr * options.weightDecay);
    return adamUpdate(shrunk, options.maximize ? gradient.neg() : gradient, state, options, step);
  }
}
