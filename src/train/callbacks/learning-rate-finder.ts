import { GradientError, ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { countOf, flagOf, numberOption } from '../../module/option-checks';
import type { Callback, Run, Trial } from '../events';
import { groupsOf } from './learning-rates';
import { rateAt, SmoothLosses, steepest, type RateRange } from './rate-range';
import { lineChart } from './report/line-chart';
import { style } from './report/style';
import { pathOf, textFile } from './text-file';

export interface LearningRateFinderOptions {
  /** The first rate. Default 1e-7. */
  readonly from?: number;
  /** The last rate. Default 1. */
  readonly to?: number;
  /** Steps, of one batch each; the data is begun again where it is shorter. Default 100. */
  readonly steps?: number;
  /** How much of the average loss stays with each step. Default 0.98. */
  readonly smoothing?: number;
  /** The trial ends where the smoothed loss is more than so many times its least. Default 4. */
  readonly stopAt?: number;
  /** Whether the run trains with the suggested rate, in all groups. Default false. */
  readonly setRate?: boolean;
  /** A file for the curve, an SVG picture. */
  readonly plot?: string;
}

/** A callback that tries learning rates. */
export interface LearningRateFinder extends Callback {
  /** What came out; undefined before the run. */
  readonly result: RateRange | undefined;
}

/**
 * Tries learning rates before a run: steps with rates that grow from one to the next, until the loss explodes, after which
 * model, optimizers, data and random numbers are put back. `result` has the rates, the smoothed losses and the rate
 * where the loss falls fastest, of which a rate somewhat above is often still good. A resumed run is not tried again.
 *
 * Source: https://arxiv.org/abs/1506.01186. Lightning:
 * https://lightning.ai/docs/pytorch/stable/api/lightning.pytorch.tuner.tuning.Tuner.html, lr_find
 * @throws ValueError for options out of range; at the start of a run for data that can be read once only, and with `setRate`
 *   where the trial suggests nothing, or a scheduler was made before; for a picture that cannot be written
 * @example
 * const finder = learningRateFinder({ steps: 60, setRate: true });
 * await new Trainer(model, { optimizer, loss: mseLoss, callbacks: [finder] }).fit(loader, { epochs: 10 });
 * console.log(finder.result!.suggestion);
 */
export function learningRateFinder(options: LearningRateFinderOptions = {}): LearningRateFinder {
  check(options);
  const { plot, setRate = false } = options;
  const file = plot === undefined ? undefined : textFile(where, pathOf(where, plot), 'result holds the curve');
  let result: RateRange | undefined;
  return {
    name: where,
    writes: plot !== undefined,
    get result() {
      return result;
    },
    async onFitStart(run) {
      if (run.isResumed) return;
      file?.clear();
      if (setRate) refuseScheduled(run);
      result = await run.rehearse((trial) => tried(run, trial, options));
      file?.replace(picture(result));
      if (setRate) setRates(run, suggested(result));
    },
  };
}

const where = 'learningRateFinder';

function check(options: LearningRateFinderOptions): void {
  checkOptions(where, options, ['from', 'to', 'steps', 'smoothing', 'stopAt', 'setRate', 'plot']);
  const { from = 1e-7, to = 1, steps = 100, smoothing = 0.98, stopAt = 4, setRate = false, plot } = options;
  numberOption(where, 'from', from, 'positive');
  if (numberOption(where, 'to', to, 'positive') <= from)
    throw new ValueError(`${where}: to must be above from, ${from}, not ${to}`);
  countOf(where, 'steps', steps, 20);
  if (numberOption(where, 'smoothing', smoothing, 'notNegative') >= 1)
    throw new ValueError(`${where}: smoothing must be a number of at least 0 and below 1, not ${smoothing}`);
  if (numberOption(where, 'stopAt', stopAt, 'positive') <= 1)
    throw new ValueError(`${where}: stopAt must be a number above 1, not ${stopAt}`);
  flagOf(where, 'setRate', setRate);
  if (plot !== undefined) pathOf(where, plot);
}

async function tried(run: Run, trial: Trial, options: LearningRateFinderOptions): Promise<RateRange> {
  const { from = 1e-7, to = 1, steps = 100, smoothing = 0.98, stopAt = 4 } = options;
  const [rates, losses]: [number[], SmoothLosses] = [[], new SmoothLosses(smoothing)];
  for await (const batch of repeated(trial.batches)) {
    const rate = rateAt(rates.length, { from, to, steps });
    setRates(run, rate);
    const loss = await lossOf(trial, batch);
    if (loss === undefined) break;
    rates.push(rate);
    losses.add(loss);
    if (rates.length === steps || losses.isBeyond(stopAt)) break;
  }
  return { rates, losses: losses.values, suggestion: steepest(rates, losses.values) };
}

/** Undefined where the step was refused, its loss or gradients being no finite numbers. */
async function lossOf(trial: Trial, batch: unknown): Promise<number | undefined> {
  try {
    return (await trial.step(batch)).loss;
  } catch (error) {
    if (error instanceof GradientError) return undefined;
    throw error;
  }
}

async function* repeated(batches: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for (let given = true; given;) {
    given = false;
    for await (const batch of batches) {
      given = true;
      yield batch;
    }
  }
}

function setRates(run: Run, rate: number): void {
  for (const group of groupsOf(run)) group.lr = rate;
}

function refuseScheduled(run: Run): void {
  const scheduled = groupsOf(run).some((group) => (group as { initialLr?: number }).initialLr !== undefined);
  if (scheduled)
    throw new ValueError(
      `${where}: a scheduler was made for the optimizer, which goes on from the rate that it began with; leave setRate out, and make optimizer and scheduler with the suggested rate`,
    );
}

function suggested({ suggestion, rates }: RateRange): number {
  if (suggestion !== undefined) return suggestion;
  throw new ValueError(
    `${where}: the loss exploded after ${rates.length} steps, too few to suggest a rate; begin lower than from, ${rates[0] ?? 'the first'}, or give more steps`,
  );
}

/** A picture that needs nothing but itself. */
function picture({ rates, losses }: RateRange): string {
  const points = rates.map((rate, i) => ({ x: Math.log10(rate), y: losses[i] }));
  const chart = lineChart('Smoothed loss by learning rate', 'log10 of the rate', [
    { kind: 'training', name: 'loss', points },
  ]);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 210"><style>${style}</style>${chart?.text ?? ''}</svg>\n`;
}
