import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compose,
  DTypeError,
  IndexError,
  manualSeed,
  MapDataset,
  normalize,
  rand,
  randomCrop,
  randomHorizontalFlip,
  randomNumbers,
  randomShift,
  randomVerticalFlip,
  ShapeError,
  tensor,
  TensorDataset,
  toOneHot,
  ValueError,
  zeros,
  type Tensor,
} from 'decograd';
import fixtures from '../fixtures/data.json';

const { image: values, windows, horizontal, vertical, normalized, oneHot } = fixtures.images;
const shape = [2, 4, 5];
const image = tensor(Float32Array.from(values), { shape });
const same = (x: Tensor, expected: readonly number[]) => expect(x.dataSync()).toEqual(Float32Array.from(expected));

/** A draw that gives these numbers in turn. */
const giving = (...numbers: number[]) => ({ random: () => numbers.shift()! });
/** The middle of the k-th of n equal parts of the numbers from 0 to 1. */
const part = (k: number, n: number) => (k + 0.5) / n;

describe('transforms show what PyTorch shows', () => {
  it.each(windows)('a crop at each place: $size with padding $padding', ({ size, padding, fill, shown }) => {
    const crop = randomCrop(size, { padding, fill });
    const [rows, columns] = [0, 1].map((axis) => shape[axis + 1]! + 2 * padding[axis]! - size[axis]! + 1) as [number, number]; // prettier-ignore
    expect(shown.length).toBe(rows * columns);
    shown.forEach((expected, k) => {
      const seen = crop(image, giving(part(Math.floor(k / columns), rows), part(k % columns, columns)));
      expect(seen.shape).toEqual([2, ...size]);
      same(seen, expected);
    });
  });

  it('a shift to each place is a crop of the padded image', () => {
    const { padding, fill, shown } = windows[1]!;
    const shift = randomShift(padding, { fill });
    const seen = [...Array(15).keys()].map((k) => shift(image, giving(part(Math.floor(k / 5), 3), part(k % 5, 5))));
    const texts = (list: readonly ArrayLike<number>[]) => list.map((x) => Array.from(x).join()).sort();
    expect(texts(seen.map((x) => x.dataSync()))).toEqual(texts(shown.map((x) => Float32Array.from(x))));
  });

  it('flips, normalises and makes labels rows', async () => {
    same(randomHorizontalFlip(1)(image), horizontal);
    same(randomVerticalFlip(1)(image), vertical);
    same(normalize([0.485, -1.25], [0.229, 3])(image), normalized);
    expect(await toOneHot(3)(tensor([[2, 0], [1, 1]], { dtype: 'int32' })).toArray()).toEqual(oneHot); // prettier-ignore
    expect(await toOneHot(3)(2).toArray()).toEqual([0, 0, 1]);
  });

  it('one mean serves all channels; int32 images may be cropped and flipped', async () => {
    same(normalize([1], [2])(image), Array.from(image.sub(1).div(2).dataSync()));
    const whole = tensor([[1, 2], [3, 4]], { dtype: 'int32' }); // prettier-ignore
    const flipped = randomVerticalFlip(1)(whole);
    expect([flipped.dtype, await flipped.toArray(), await whole.toArray()]).toEqual(['int32', [[3, 4], [1, 2]], [[1, 2], [3, 4]]]); // prettier-ignore
    expect(randomHorizontalFlip(0)(whole)).toBe(whole);
  });
});

describe('what is random', () => {
  it('every shift is equally likely, and a flip as likely as p', () => {
    const counts = new Map<string, number>();
    const dot = zeros([5, 5]).dataSync().slice();
    dot[12] = 1;
    const shift = compose(randomShift(2), randomHorizontalFlip(0));
    const random = randomNumbers([11]);
    for (let i = 0; i < 10000; i++) {
      const at = String(
        shift(tensor(dot, { shape: [5, 5] }), { random })
          .dataSync()
          .indexOf(1),
      );
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
    expect(counts.size).toBe(25);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 400) ** 2 / 400, 0);
    expect(chiSquare).toBeLessThan(51.2); // 24 degrees of freedom, one in 1,000
    const arrow = tensor([[0, 1]]);
    let flipped = 0;
    for (let i = 0; i < 10000; i++) flipped += randomHorizontalFlip(0.3)(arrow, { random }).dataSync()[0]!;
    expect(Math.abs(flipped - 3000)).toBeLessThan(4 * Math.sqrt(10000 * 0.3 * 0.7));
  });

  it('is the same for the same epoch and sample, in any order', () =>
    fc.assert(
      fc.property(fc.nat(), fc.nat(5), fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (seed, epoch, order) => {
        const augment = compose(randomCrop(4, { padding: 2 }), randomHorizontalFlip(), randomVerticalFlip());
        const dataset = new MapDataset(new TensorDataset(rand([6, 1, 4, 4])), ([x], draw) => augment(x!, draw));
        const draw = { epoch, key: [seed, epoch] };
        const inOrder = [0, 1, 2, 3, 4, 5].map((i) => dataset.get(i, draw).dataSync());
        for (const i of order) expect(dataset.get(i, draw).dataSync()).toEqual(inOrder[i]);
      }),
      { numRuns: 30 },
    )); // prettier-ignore

  it('follows manualSeed where there is no draw', () => {
    const run = () => {
      manualSeed(6);
      return [0, 1, 2, 3].map(() => randomShift(2)(image).dataSync());
    };
    expect(run()).toEqual(run());
    expect(new Set(run().map(String)).size).toBeGreaterThan(1);
  });
});

describe('refused', () => {
  type Kind = typeof ValueError | typeof ShapeError | typeof IndexError | typeof DTypeError;
  const rows: [string, () => unknown, Kind, RegExp][] = [
    ['half a pixel', () => randomShift(0.5), ValueError, /randomShift: pixels must be .* of at least 0, not 0.5/],
    ['three shifts', () => randomShift([1, 2, 3]), ValueError, /a list of 2/],
    ['no crop', () => randomCrop(0), ValueError, /size must be .* of at least 1, not 0/],
    ['negative padding', () => randomCrop(2, { padding: -1 }), ValueError, /padding must be .* not -1/],
    ['other names', () => randomCrop(2, { pad: 1 } as object), ValueError, /no option 'pad'/],
    ['a fill that is no number', () => randomShift(1, { fill: NaN }), ValueError, /fill must be a finite number, not NaN/],
    ['a crop that does not fit', () => randomCrop(6)(image), ShapeError, /\[6, 6\] does not fit into an image of \[4, 5\] with padding \[0, 0\]/],
    ['what is no image', () => randomShift(1)(tensor([1])), ShapeError, /\[..., height, width\], not \[1\]/],
    ['a probability above 1', () => randomHorizontalFlip(1.5), ValueError, /p must be a number from 0 to 1, not 1.5/],
    ['a std of 0', () => normalize([0], [0]), ValueError, /std must be a number above 0, not 0/],
    ['one mean of two', () => normalize([0], [1, 1]), ValueError, /not 1 and 2/],
    ['other channels', () => normalize([0, 0, 0], [1, 1, 1])(image), ShapeError, /with 3 channels, not \[2, 4, 5\]/],
    ['whole numbers', () => normalize([0], [1])(image.int()), DTypeError, /must be float32, not int32/],
    ['a label that is no class', () => toOneHot(3)(3), IndexError, /3 is no class; allowed are 0 to 2/],
    ['no classes', () => toOneHot(0), ValueError, /classes must be .* at least 1, not 0/],
    ['what is no transform', () => compose(randomShift(1), 3 as never), ValueError, /1 is 3/],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, attempt, kind, message) => {
    expect(attempt).toThrow(kind);
    expect(attempt).toThrow(message);
  });
});
