import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { numberOption } from '../../module/option-checks';
import { show } from '../../module/shape-declaration';
import { predictionsOf, recordPredictions } from './class-predictions';
import { Confusion } from './confusion';
import type { ClassMetricOptions } from './confusion-matrix';
import { streamingMetric, type StreamingMetric } from './metric';

/**
 * How the scores of classes become one. 'binary': that of class 1; 'macro': their mean over the classes that were met;
 * 'weighted': the same, each class counting as often as it is right; 'micro': one score of all samples; 'none': one for each.
 */
export type ClassAverage = 'binary' | 'macro' | 'weighted' | 'micro' | 'none';
const averages: readonly ClassAverage[] = ['binary', 'macro', 'weighted', 'micro', 'none'];

export interface ScoreOptions<A extends ClassAverage = ClassAverage> extends ClassMetricOptions {
  /** Default 'macro' for outputs [N, C, ...], 'binary' for outputs of the labels' shape. */
  readonly average?: A;
  /** The score of a class of which there is nothing to divide by: 0, 1, or NaN to leave it out of means. Default 0. */
  readonly zeroDivision?: number;
}
/** One number, or one for each class. */
export type ScoreValue<A extends ClassAverage> = A extends 'none' ? number[] : number;

interface Counts {
  readonly hits: number;
  readonly predicted: number;
  readonly actual: number;
}
interface Score {
  (counts: Counts): readonly [part: number, whole: number];
}
const scoresOf = {
  precision: ({ hits, predicted }) => [hits, predicted],
  recall: ({ hits, actual }) => [hits, actual],
  f1: ({ hits, predicted, actual }) => [2 * hits, predicted + actual],
} as const satisfies Record<string, Score>;

/**
 * Of the samples that were predicted to be of a class, the share that is. Outputs are [N, C, ...] with labels [N, ...], or of
 * the labels' shape: classes as int32, or scores of class 1. What was never met scores `zeroDivision`.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_score.html
 * @throws ValueError for an option out of range; ShapeError where output and target do not fit, IndexError for a label that
 * is no class
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { precision: precision() } });
 */
export function precision<A extends ClassAverage = 'macro'>(
  options: ScoreOptions<A> = {},
): StreamingMetric<ScoreValue<A>> {
  return score('precision', options);
}

/**
 * Of the samples of a class, the share that was predicted to be. Inputs and options are those of {@link precision}.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.recall_score.html
 * @throws as {@link precision}
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { recalls: recall({ average: 'none' }) } });
 */
export function recall<A extends ClassAverage = 'macro'>(
  options: ScoreOptions<A> = {},
): StreamingMetric<ScoreValue<A>> {
  return score('recall', options);
}

/**
 * The harmonic mean of precision and recall. Inputs and options are those of {@link precision}.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html
 * @throws as {@link precision}
 * @example new Trainer(model, { optimizer, loss: bceWithLogitsLoss, metrics: { f1: f1({ threshold: 0 }) } });
 */
export function f1<A extends ClassAverage = 'macro'>(options: ScoreOptions<A> = {}): StreamingMetric<ScoreValue<A>> {
  return score('f1', options);
}

interface State {
  readonly confusion: Confusion;
  /** The average for outputs of this form. */
  preset: ClassAverage;
}

function score<A extends ClassAverage>(
  name: keyof typeof scoresOf,
  options: ScoreOptions<A>,
): StreamingMetric<ScoreValue<A>> {
  checkOptions(name, options, ['average', 'zeroDivision', 'threshold']);
  const { average, zeroDivision = 0, threshold = 0.5 } = options;
  numberOption(name, 'threshold', threshold);
  if (average !== undefined && !averages.includes(average))
    throw new ValueError(`${name}: average must be any of ${averages.join(', ')}, not ${show(average)}`);
  if (zeroDivision !== 0 && zeroDivision !== 1 && !Number.isNaN(zeroDivision))
    throw new ValueError(`${name}: zeroDivision must be 0, 1 or NaN, not ${show(zeroDivision)}`);
  const divide: Divide = (counts) => {
    const [part, whole] = scoresOf[name](counts);
    return whole === 0 ? zeroDivision : part / whole;
  };
  return streamingMetric(name, {
    empty: (): State => ({ confusion: new Confusion(), preset: 'macro' }),
    record: (output, target) => recordPredictions(name, output, target, threshold),
    add(state, values, batch) {
      state.preset = batch.hasAxis ? 'macro' : 'binary';
      state.confusion.add(predictionsOf(name, values, batch));
    },
    result: ({ confusion, preset }) => averaged(name, average ?? preset, confusion, divide) as ScoreValue<A>,
    kept: ({ confusion, preset }) => ({ confusion: confusion.kept(), preset }),
    revived: ({ confusion, preset }) => ({ confusion: Confusion.revived(confusion), preset }),
  });
}

type Divide = (counts: Counts) => number;

function averaged(name: string, average: ClassAverage, confusion: Confusion, divide: Divide): number | number[] {
  const totals = confusion.totals();
  if (average === 'none') return totals.map(divide);
  if (average === 'binary') return divide(positive(name, totals));
  if (average === 'micro')
    return divide({
      hits: sum(totals, ({ hits }) => hits),
      predicted: sum(totals, ({ predicted }) => predicted),
      actual: sum(totals, ({ actual }) => actual),
    });
  const met = totals.filter((counts) => counts.predicted + counts.actual > 0 && !Number.isNaN(divide(counts)));
  const weight = average === 'macro' ? () => 1 : ({ actual }: Counts) => actual;
  return sum(met, (counts) => divide(counts) * weight(counts)) / sum(met, weight);
}

const sum = (totals: readonly Counts[], of: (counts: Counts) => number) => totals.reduce((all, t) => all + of(t), 0);

function positive(name: string, totals: readonly Counts[]): Counts {
  if (totals.length <= 2) return totals[1] ?? { hits: 0, predicted: 0, actual: 0 };
  throw new ValueError(
    `${name}: average 'binary' is for two classes, and there are ${totals.length}; choose any of ${averages.slice(1).join(', ')}`,
  );
}
