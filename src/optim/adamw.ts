import type { Tensor } from '../tensor';
import { Adam, adamUpdate, type AdamOptions } from './adam';
import type { Slots, Update } from './optimizer';

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

  protected override get defaults(): AdamOptions {
    return { ...super.defaults, weightDecay: 0.01 };
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
