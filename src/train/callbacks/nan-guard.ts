import { GradientError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { reword } from '../../core/reword';
import { namedBuffers, namedParameters, registerForwardPreHook, type HookHandle } from '../../module';
import { countOf } from '../../module/option-checks';
import type { Callback } from '../events';
import { callOf, firstNonFinite, originOfNonFinite, type ForwardCall } from '../non-finite';
import type { Model } from '../step';

export interface NanGuardOptions {
  /** Steps of the optimizer from one look at parameters and buffers to the next. Default 1. */
  readonly every?: number;
}

/**
 * Helps to find where NaN and infinities come from. The Trainer refuses a step whose loss or gradients are not finite; with
 * this, the error names the first module whose output was not finite, or says that the input was not: the forward that led
 * there is made once more, with the same random numbers. And parameters and buffers that are not finite after a step, as
 * too large a rate leaves them, end the run, with a reason that names the first. It costs one read of one number a look.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/autograd.html#anomaly-detection
 * @throws ValueError for options out of range
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [nanGuard({ every: 10 })] });
 */
export function nanGuard(options: NanGuardOptions = {}): Callback {
  checkOptions('nanGuard', options, ['every']);
  const every = countOf('nanGuard', 'every', options.every ?? 1);
  let handle: HookHandle | undefined;
  let call: ForwardCall | undefined;
  return {
    name: 'nanGuard',
    onFitStart({ model }) {
      handle = registerForwardPreHook(model, (_, args) => void (call = callOf(args)));
    },
    async onStepEnd(run) {
      const { model, step } = run;
      if (step % every !== 0) return;
      const found = await firstNonFinite([...namedParameters(model), ...namedBuffers(model)]);
      if (found !== undefined)
        run.stop(
          `nanGuard: ${found} is not finite after step ${step}; try a smaller learning rate, or clipNorm`,
          'step',
        );
    },
    async onFitEnd({ failure, model }) {
      handle?.remove();
      const error = failure?.error;
      if (error instanceof GradientError && call) {
        const origin = await originOfNonFinite(model as Model, call);
        reword(error, `${error.message}; ${origin ?? 'the outputs of all modules are finite: look at the loss and its gradient'}`); // prettier-ignore
      }
      call = undefined;
    },
  };
}
