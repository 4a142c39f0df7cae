import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { countOf, flagOf } from '../../module/option-checks';
import { isTensor, type Tensor } from '../../tensor';
import type { EpochDraw } from '../dataset';
import { hostValues } from '../host-values';
import { randomNumbers } from '../random-numbers';
import type { Sampler } from './sampler';
import { WeightTree } from './weight-tree';

export interface WeightedRandomSamplerOptions {
  /** Whether a sample may come again. Default true. */
  readonly replacement?: boolean;
}

/**
 * Samples at random, each with a chance in proportion to its weight; without replacement, among those that are left.
 *
 * Source: torch.utils.data.WeightedRandomSampler
 * @param weights one for each sample, at least 0; they need not add up to 1
 * @param numSamples how many samples an epoch has
 * @throws ValueError for a weight that is negative or no number, weights that are all 0 or have no finite sum, more samples without replacement
 *   than there are weights above 0, unknown options
 * @example
 * const sampler = new WeightedRandomSampler([1, 1, 10], 3);
 * new DataLoader(dataset, { sampler, seed: 1 }); // mostly sample 2
 */
export class WeightedRandomSampler implements Sampler {
  readonly length: number;
  readonly population: number;
  readonly #weights: Float64Array;
  readonly #replacement: boolean;

  constructor(weights: Tensor | ArrayLike<number>, numSamples: number, options: WeightedRandomSamplerOptions = {}) {
    const where = 'WeightedRandomSampler';
    checkOptions(where, options, ['replacement']);
    this.#weights = Float64Array.from(isTensor(weights) ? hostValues(weights) : weights);
    this.#replacement = flagOf(where, 'replacement', options.replacement ?? true);
    this.population = this.#weights.length;
    this.length = countOf(where, 'numSamples', numSamples);
    checkWeights(this.#weights, this.#replacement ? 1 : numSamples);
  }

  *indices(draw: EpochDraw): Generator<number> {
    const random = randomNumbers(draw.key);
    const tree = new WeightTree(this.#weights);
    for (let i = 0; i < this.length; i++) {
      const index = tree.draw(random());
      yield index;
      if (!this.#replacement) tree.remove(index);
    }
  }
}

function checkWeights(weights: Float64Array, needed: number): void {
  const wrong = weights.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (wrong >= 0)
    throw new ValueError(
      `WeightedRandomSampler: weights must be finite numbers of at least 0; weights[${wrong}] is ${weights[wrong]}`,
    );
  if (!Number.isFinite(weights.reduce((sum, weight) => sum + weight, 0)))
    throw new ValueError('WeightedRandomSampler: the sum of the weights is not finite; divide them by the largest');
  const above = weights.reduce((count, weight) => count + Number(weight > 0), 0);
  if (above === 0)
    throw new ValueError('WeightedRandomSampler: no weight is above 0; at least one sample must have a chance');
  if (above < needed)
    throw new ValueError(
      `WeightedRandomSampler: numSamples must be at most ${above} without replacement, the number of weights above 0, not ${needed}`,
    );
}
