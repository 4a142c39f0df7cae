import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';
import { checkIndex, firstEpoch, isDataset, type Dataset, type EpochDraw } from './dataset';

/**
 * Datasets one after the other.
 *
 * Source: torch.utils.data.ConcatDataset
 * @throws ValueError for no datasets, or for what is no dataset
 * @example new ConcatDataset([first, second]).length; // first.length + second.length
 */
export class ConcatDataset<T = unknown> implements Dataset<T> {
  constructor(readonly datasets: readonly Dataset<T>[]) {
    if (!Array.isArray(datasets) || datasets.length === 0)
      throw new ValueError('ConcatDataset: give a list of at least one dataset, [first, second]');
    const other: unknown = datasets.find((dataset) => !isDataset(dataset));
    if (other !== undefined)
      throw new ValueError(`ConcatDataset: a dataset has length and get(index); ${show(other)} has not`);
  }

  get length(): number {
    return this.datasets.reduce((sum, dataset) => sum + dataset.length, 0);
  }
  get(index: number, draw: EpochDraw = firstEpoch): T {
    checkIndex('ConcatDataset', index, this.length);
    let place = index;
    let k = 0;
    while (place >= this.datasets[k].length) place -= this.datasets[k++].length;
    // The same place of another dataset is another sample, so it draws other numbers.
    return this.datasets[k].get(place, { ...draw, key: [...draw.key, k] });
  }
}
