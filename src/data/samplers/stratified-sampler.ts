import { ValueError } from '../../core/errors';
import { isTensor, type Tensor } from '../../tensor';
import type { EpochDraw } from '../dataset';
import { hostValues } from '../host-values';
import { permutation } from '../shuffle';
import type { Sampler } from './sampler';

/** The class of each sample: numbers or names. */
export type Labels = Tensor | ArrayLike<number | string>;

/**
 * All samples in a random order in which every class keeps its share: of the first n samples, for any n, a class has its
 * share to within one sample. So batches of any size have the classes' shares to within two.
 *
 * Source: StratifiedKFold of scikit-learn in purpose; the order is that of tasks with deadlines, Baruah et al.,
 *   "Proportionate progress", 1996
 * @param labels the class of each sample
 * @throws ValueError for no labels
 * @example new DataLoader(dataset, { sampler: new StratifiedSampler(labels), batchSize: 32, seed: 1 });
 */
export class StratifiedSampler implements Sampler {
  readonly length: number;
  readonly population: number;
  readonly #classes: readonly Uint32Array[];

  constructor(labels: Labels) {
    this.#classes = byClass('StratifiedSampler', labels);
    this.population = this.length = count(this.#classes);
  }
  indices({ key }: EpochDraw): Iterable<number> {
    return interleaved(this.#classes, key);
  }
}

/** The order of a stratified sampler as a list. */
export function stratifiedOrder(where: string, labels: Labels, key: readonly number[]): Uint32Array {
  return interleaved(byClass(where, labels), key);
}

const count = (classes: readonly Uint32Array[]): number => classes.reduce((sum, { length }) => sum + length, 0);

/** The samples of each class, classes as they first come. */
function byClass(where: string, labels: Labels): readonly Uint32Array[] {
  const classes = new Map<number | string, number[]>();
  const values = isTensor(labels) ? hostValues(labels) : labels;
  for (let i = 0; i < values.length; i++) {
    const members = classes.get(values[i]);
    if (members) members.push(i);
    else classes.set(values[i], [i]);
  }
  if (classes.size === 0) throw new ValueError(`${where}: there are no labels; give one for each sample`);
  return [...classes.values()].map((members) => Uint32Array.from(members));
}

/**
 * The j-th of n samples of a class may come from place floor(j N / n) on, and must come before place ceil((j + 1) N / n);
 * of those that may, the one that must soonest comes next, which always works out. Classes are tried in a random order.
 */
function interleaved(classes: readonly Uint32Array[], key: readonly number[]): Uint32Array {
  const total = count(classes);
  const members = classes.map((list, c) => permutation(list.length, [...key, c]).map((i) => list[i]));
  const shuffled = [...permutation(classes.length, [...key, -1])].map((c) => members[c]);
  const given = new Uint32Array(classes.length);
  const order = new Uint32Array(total);
  for (let place = 0; place < total; place++) {
    const c = mostUrgent(shuffled, given, place, total);
    order[place] = shuffled[c][given[c]++];
  }
  return order;
}

function mostUrgent(classes: readonly Uint32Array[], given: Uint32Array, place: number, total: number): number {
  let best = -1;
  let soonest = Infinity;
  for (let c = 0; c < classes.length; c++) {
    const { length } = classes[c];
    if (given[c] === length || Math.floor((given[c] * total) / length) > place) continue;
    const deadline = Math.ceil(((given[c] + 1) * total) / length);
    if (deadline < soonest) [best, soonest] = [c, deadline];
  }
  return best;
}
