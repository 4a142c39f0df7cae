import type { Tensor } from '../tensor';
import { Adam, adamUpdate, type AdamOptions } from './adam';
import { directed, shrunk } from './gradient';
import type { Update } from './first-order-optimizer';
import type { Slots } from './optimizer';

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
    const { lr, weightDecay, maximize } = options;
    const direction = directed(gradient, parameter, { maximize });
    return adamUpdate(shrunk(parameter, lr, weightDecay), direction, state, options, step);
  }
}
