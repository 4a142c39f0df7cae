import { checkOptions } from '../core/options';
import { firstEpoch, type Dataset, type EpochDraw } from './dataset';
import { checkSeed } from './check-seed';
import { checkMap, sampleDraw, type SampleDraw } from './sample-draw';

export interface MapDatasetOptions {
  /** Distinguishes several maps of one run. Default 0: the loader's seed decides. */
  readonly seed?: number;
}

/**
 * Each sample passed through a function. What it draws through `draw.random` depends on the loader's seed, the epoch, the
 * sample's index and `seed`, and on nothing else: neither on the order of samples nor on workers.
 *
 * Source: the `transform` of torchvision's datasets
 * @throws ValueError for a map that is no function, a seed that is no whole number of at least 0, unknown options
 * @example
 * const shift = randomShift(2);
 * const augmented = new MapDataset(dataset, ([image, label], draw) => [shift(image, draw), label]);
 */
export class MapDataset<A = unknown, B = unknown> implements Dataset<B> {
  readonly #seed: number;

  constructor(
    readonly dataset: Dataset<A>,
    readonly map: (sample: A, draw: SampleDraw) => B,
    options: MapDatasetOptions = {},
  ) {
    checkOptions('MapDataset', options, ['seed']);
    checkMap('MapDataset', map);
    this.#seed = checkSeed('MapDataset', options.seed) ?? 0;
  }

  get length(): number {
    return this.dataset.length;
  }
  get(index: number, draw: EpochDraw = firstEpoch): B {
    const inner = { epoch: draw.epoch, key: [...draw.key, this.#seed, 1] }; // a map of a map draws other numbers
    return this.map(this.dataset.get(index, inner), sampleDraw(index, draw, this.#seed));
  }
}
