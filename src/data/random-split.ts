import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { numberOption } from '../module/option-checks';
import { showShape } from '../core/shape';
import { checkSeed } from './check-seed';
import type { Dataset } from './dataset';
import { globalKey, seedKey } from './random-numbers';
import { stratifiedOrder, type Labels } from './samplers/stratified-sampler';
import { permutation } from './shuffle';
import { Subset } from './subset';

export interface RandomSplitOptions {
  /** Decides the split by itself; without it the global random stream does. */
  readonly seed?: number;
}

/**
 * A dataset cut at random into parts without common samples: of the given lengths, which add up to the dataset's, or of
 * fractions, which add up to 1. Fractions are rounded down, and what is left over goes to the first parts, one each.
 *
 * Source: torch.utils.data.random_split
 * @throws ValueError for lengths that are neither, a seed that is no whole number of at least 0, unknown options
 * @example const [train, test] = randomSplit(dataset, [0.8, 0.2], { seed: 1 });
 */
export function randomSplit<T>(
  dataset: Dataset<T>,
  lengths: readonly number[],
  options: RandomSplitOptions = {},
): Subset<T>[] {
  checkOptions('randomSplit', options, ['seed']);
  const counts = countsOf(lengths, dataset.length);
  const order = permutation(dataset.length, splitKey('randomSplit', options.seed));
  let end = 0;
  return counts.map((count) => new Subset(dataset, order.subarray(end, (end += count))));
}

function splitKey(where: string, seed: number | undefined): readonly number[] {
  return checkSeed(where, seed) === undefined ? globalKey() : seedKey(seed!);
}

function countsOf(lengths: readonly number[], total: number): readonly number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;
  if (lengths.length > 0 && sum === total && lengths.every(isCount)) return lengths;
  if (Math.abs(sum - 1) < 1e-9 && lengths.every((n) => n >= 0 && n <= 1)) return countsOfFractions(lengths, total);
  throw new ValueError(
    `randomSplit: lengths must be whole numbers that add up to the dataset's ${total}, or fractions that add up to 1, ` +
      `not ${showShape(lengths)}`,
  );
}

function countsOfFractions(fractions: readonly number[], total: number): readonly number[] {
  const counts = fractions.map((fraction) => Math.floor(total * fraction));
  const rest = total - counts.reduce((a, b) => a + b, 0);
  for (let i = 0; i < rest; i++) counts[i % counts.length]++;
  return counts;
}

export interface TrainValidationSplitOptions extends RandomSplitOptions {
  /** The share of the samples that validate, above 0 and below 1; rounded up. Default 0.2. */
  readonly validation?: number;
  /** The class of each sample: both parts keep the shares of the classes. */
  readonly stratify?: Labels;
}

/**
 * A dataset cut at random into what trains and what validates.
 *
 * Source: sklearn.model_selection.train_test_split
 * @throws ValueError for a share out of range or that leaves a part empty, labels of another length, unknown options
 * @example const [train, validation] = trainValidationSplit(dataset, { validation: 0.1, seed: 1, stratify: labels });
 */
export function trainValidationSplit<T>(
  dataset: Dataset<T>,
  options: TrainValidationSplitOptions = {},
): [train: Subset<T>, validation: Subset<T>] {
  const where = 'trainValidationSplit';
  checkOptions(where, options, ['validation', 'stratify', 'seed']);
  const total = dataset.length;
  const share = numberOption(where, 'validation', options.validation ?? 0.2, 'positive');
  const count = Math.ceil(total * share);
  if (share >= 1 || count >= total)
    throw new ValueError(`${where}: validation ${share} leaves nothing of ${total} samples to train with`);
  const key = splitKey(where, options.seed);
  const { stratify } = options;
  const order = stratify ? stratifiedOrder(where, stratify, key) : permutation(total, key);
  if (order.length !== total)
    throw new ValueError(`${where}: stratify has ${order.length} labels for ${total} samples; give one for each`);
  return [new Subset(dataset, order.subarray(count)), new Subset(dataset, order.subarray(0, count))];
}
