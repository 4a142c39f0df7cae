import { checkIndex, type Dataset, type EpochDraw } from './dataset';

/**
 * The samples of a dataset that the indices name, in their order. Indices may repeat.
 *
 * Source: torch.utils.data.Subset
 * @throws IndexError for an index that the dataset does not have
 * @example new Subset(dataset, [2, 0]).get(0); // sample 2
 */
export class Subset<T = unknown> implements Dataset<T> {
  readonly indices: readonly number[];
  /** There where the dataset has it. */
  readonly batch?: (indices: ArrayLike<number>, draw?: EpochDraw) => T;

  constructor(
    readonly dataset: Dataset<T>,
    indices: Iterable<number>,
  ) {
    this.indices = [...indices];
    for (const index of this.indices) checkIndex('Subset', index, dataset.length);
    if (dataset.batch) this.batch = (places, draw) => dataset.batch!(Array.from(places, (i) => this.at(i)), draw); // prettier-ignore
  }

  get length(): number {
    return this.indices.length;
  }
  get(index: number, draw?: EpochDraw): T {
    return this.dataset.get(this.at(index), draw);
  }
  private at(index: number): number {
    checkIndex('Subset', index, this.length);
    return this.indices[index];
  }
}
