// Datasets that threads of a loader make anew.
import {
  compose,
  MapDataset,
  randomHorizontalFlip,
  randomShift,
  ShapeError,
  tensor,
  TensorDataset,
  type Dataset,
  type Tensor,
} from '../../src';

/** Images and labels that depend on the arguments alone, in batches. */
export function plain(n: number): TensorDataset<[Tensor, Tensor]> {
  const values = Float32Array.from({ length: n * 20 }, (_, i) => Math.fround(Math.sin(i)));
  return new TensorDataset(
    tensor(values, { shape: [n, 1, 4, 5] as readonly number[] }),
    tensor(Int32Array.from({ length: n }, (_, i) => i)),
  );
}

/** The same, changed at random. */
export function augmented(n: number): Dataset<any> {
  const augment = compose(randomShift(1), randomHorizontalFlip());
  return new MapDataset(plain(n), ([image, label], draw) => ({
    image: augment(image, draw),
    label,
    index: [draw.index],
  }));
}

/** A class, made later. */
export class Squares implements Dataset<any> {
  constructor(readonly length: number) {}
  get(index: number): number {
    return index * index;
  }
}
export const later = (n: number): Promise<Squares> => Promise.resolve(new Squares(n));
export const ready = new Squares(9);

/** Fails at one sample, in several ways. */
export function failing(n: number, how: string): Dataset<any> {
  const fail: Record<string, () => unknown> = {
    shape: () => { throw new ShapeError('sample 5 is bent'); },
    type: () => { throw new TypeError('sample 5 is no type'); },
    custom: () => { throw Object.assign(new Error('sample 5 is odd'), { name: 'OddError' }); },
    text: () => { throw 'only text'; },  
    exit: () => process.exit(3),
    uncloneable: () => () => 1,
    uneven: () => tensor([1, 2]),
  }; // prettier-ignore
  return { length: n, get: (i) => (i === 5 ? fail[how]!() : tensor([i])) };
}
export function broken(): never {
  throw new RangeError('there is no data today');
}
export const nothing = 3;
