import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { countOf, flagOf, numberOption } from '../../module/option-checks';
import { WeightAverage, type AverageState } from '../weight-average';
import { averagesOf, refuseAveraging, type AveragingCallback } from './averaging-callback';

export interface EmaOptions {
  /** The share of the average that stays with each step, from 0 to below 1. Default 0.999. */
  readonly decay?: number;
  /** Steps of the optimizer from one value to the next. Default 1. */
  readonly every?: number;
  /** Whether the decay begins small, (1 + n) / (10 + n) after n values, so that the average follows soon. Default false. */
  readonly warmUp?: boolean;
}

/**
 * Keeps the exponential moving average of the parameters, average + (1 - decay) (parameter - average) after each step, which
 * begins as their values after the first. Validations see the averages; training, checkpoints of the model and the model
 * after `fit` have the parameters: call `apply(model)` to use the averages. Buffers, such as running statistics, are the
 * model's own.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.AveragedModel.html with
 * get_ema_multi_avg_fn(decay). Warm-up: tf.train.ExponentialMovingAverage, num_updates
 * @throws ValueError for options out of range; at the start of a run for an optimizer that averages by itself
 * @example
 * const average = ema({ decay: 0.99 });
 * const trainer = new Trainer(model, { optimizer, loss: mseLoss, callbacks: [average] });
 * await trainer.fit(loader, { epochs: 10 });
 * average.apply(model);
 */
export function ema(options: EmaOptions = {}): AveragingCallback {
  checkOptions('ema', options, ['decay', 'every', 'warmUp']);
  const { decay = 0.999, every = 1, warmUp = false } = options;
  if (numberOption('ema', 'decay', decay, 'notNegative') >= 1)
    throw new ValueError(`ema: decay must be a number of at least 0 and below 1, not ${decay}`);
  countOf('ema', 'every', every);
  flagOf('ema', 'warmUp', warmUp);
  let average: WeightAverage | undefined;
  const decayAfter = (n: number) => (warmUp ? Math.min(decay, (1 + n) / (10 + n)) : decay);
  return {
    name: 'ema',
    ...averagesOf('ema', () => average),
    onFitStart(run) {
      refuseAveraging('ema', run);
      average = new WeightAverage('ema', run.model);
    },
    onStepEnd({ step }) {
      if (step % every === 0) average!.update(1 - decayAfter(average!.count));
    },
    onValidationStart: () => average!.swapIn(),
    onValidationEnd: () => average!.swapOut(),
    onFitEnd: () => average?.swapOut(), // a validation may have failed
    stateDict: () => average!.state() as never,
    loadStateDict: (state) => average!.restore(state as unknown as AverageState),
  };
}
