import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { sayOnce } from '../../core/say-once';
import { countOf, numberOption } from '../../module/option-checks';
import { show } from '../../module/shape-declaration';
import type { DataSource } from '../source';
import type { Batch, Model } from '../step';
import { trackingNorms, updateStatistics } from '../update-statistics';
import { WeightAverage, type AverageState } from '../weight-average';
import { averagesOf, refuseAveraging, type AveragingCallback } from './averaging-callback';
import { RateAnnealing, type AnnealingState } from './rate-annealing';

export interface SwaOptions {
  /** The first epoch whose weights are averaged, from 1. */
  readonly start: number;
  /** Epochs from one value to the next. Default 1. */
  readonly every?: number;
  /** The learning rate of all groups that the averaged epochs come to. Default: rates stay what they are. */
  readonly lr?: number;
  /** Epochs in which the rates come to `lr`, from what they are as epoch `start` begins; 0 for at once. Default 10. */
  readonly annealEpochs?: number;
  /** How they come to it. Default 'cos'. */
  readonly anneal?: 'cos' | 'linear';
  /** Training data, over which the running statistics of batch norms are computed anew at the end. */
  readonly data?: DataSource<Batch>;
}

/**
 * Stochastic weight averaging: the mean of the parameters after each epoch from `start` on, every value counting the same,
 * goes into the model when the run ends. With `lr` the rates become constant meanwhile, set as each epoch begins, whatever
 * other schedules have made of them. Until the end, and for validations, the model has its own parameters.
 *
 * Running statistics of batch norms do not fit averaged weights: give `data`, or call {@link updateStatistics}.
 *
 * Source: https://arxiv.org/abs/1803.05407. PyTorch: https://docs.pytorch.org/docs/stable/optim.html#stochastic-weight-averaging
 * with torch.optim.swa_utils.SWALR
 * @throws ValueError for options out of range; at the start of a run for an optimizer that averages by itself
 * @example
 * const averaging = swa({ start: 8, lr: 0.05, data: loader });
 * const trainer = new Trainer(model, { optimizer, loss: mseLoss, callbacks: [averaging] });
 * await trainer.fit(loader, { epochs: 10 });
 */
export function swa(options: SwaOptions): AveragingCallback {
  check(options);
  const { start, every = 1, data } = options;
  let average: WeightAverage | undefined;
  let rates: RateAnnealing | undefined;
  return {
    name: 'swa',
    ...averagesOf('swa', () => average),
    onFitStart(run) {
      refuseAveraging('swa', run);
      [average, rates] = [new WeightAverage('swa', run.model), new RateAnnealing(run, options)];
    },
    onEpochStart({ epoch }) {
      if (epoch >= start) rates!.begin(epoch - start);
    },
    onEpochEnd({ epoch }) {
      if (epoch >= start && (epoch - start) % every === 0) average!.update(1 / (average!.count + 1));
    },
    async onFitEnd({ failure, model }) {
      if (failure !== undefined || !average?.count) return;
      average.keep();
      await finish(model, data);
    },
    stateDict: () => ({ ...average!.state(), ...rates!.state() }) as never,
    loadStateDict(state) {
      average!.restore(state as unknown as AverageState);
      rates!.restore(state as unknown as AnnealingState);
    },
  };
}

/** Gives the averages statistics of their own. */
async function finish(model: object, data: SwaOptions['data']): Promise<void> {
  if (data !== undefined) await updateStatistics(model as Model, data);
  else if (trackingNorms(model).length > 0)
    sayOnce(
      'swa: the running statistics of batch norms are not those of the averages; give swa({ data }), or call updateStatistics(model, data)',
    );
}

function check(options: SwaOptions): void {
  checkOptions('swa', options, ['start', 'every', 'lr', 'annealEpochs', 'anneal', 'data']);
  const { start, every = 1, lr, annealEpochs = 10, anneal = 'cos' } = options;
  countOf('swa', 'start', start);
  countOf('swa', 'every', every);
  countOf('swa', 'annealEpochs', annealEpochs, 0);
  if (lr !== undefined) numberOption('swa', 'lr', lr, 'notNegative');
  if (anneal !== 'cos' && anneal !== 'linear')
    throw new ValueError(`swa: anneal must be 'cos' or 'linear', not ${show(anneal)}`);
  const idle = (['annealEpochs', 'anneal'] as const).find((name) => lr === undefined && options[name] !== undefined);
  if (idle) throw new ValueError(`swa: ${idle} has no effect without lr, the rate to come to`);
}
