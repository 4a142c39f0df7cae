// Where the elements of an axis that is made longer or shorter come from. Places are computed in float32, as PyTorch's are.
import { tensor, withDevice, type Tensor } from '../tensor';

/** How an axis is resized. */
export interface Resizing {
  readonly from: number;
  readonly to: number;
  /** Steps in the input for one in the output, where they are given and not those of the sizes. */
  readonly step: number | undefined;
  /** Whether the centres of first and last elements stay, rather than the outer edges. */
  readonly alignCorners: boolean;
}

/** The spatial axes of x, those from the third on, resized. */
export type Resize = (x: Tensor, axes: readonly Resizing[]) => Tensor;

const { fround } = Math;
const placesOf = (to: number, place: (at: number) => number): number[] =>
  Array.from({ length: to }, (_, at) => place(at));

function selected(x: Tensor, axis: number, index: readonly number[]): Tensor {
  const places = withDevice(x.device, () => tensor(Int32Array.from(index)));
  return x.indexSelect(axis, places);
}

/** Each element is that of the input in which it begins. Where all are repeated as often, nothing is looked up. */
export const nearest: Resize = (x, axes) => {
  const places = axes.map((resizing) => placesOf(resizing.to, nearestOf(resizing, axes.length)));
  const counts = axes.map(({ from, to }, i) => (isRepeated(places[i], to / from) ? to / from : null));
  const others = places.reduce((y, list, i) => (counts[i] === null ? selected(y, i + 2, list) : y), x);
  return repeated(others, counts.map((count) => count ?? 1)); // prettier-ignore
};

const isRepeated = (places: readonly number[], count: number): boolean =>
  Number.isInteger(count) && places.every((place, at) => place === Math.floor(at / count));

/** The place of the input. Of images, PyTorch does not look at the step where a length stays or doubles; of others it does. */
function nearestOf({ from, to, step = from / to }: Resizing, rank: number): (at: number) => number {
  const width = rank === 2 && (to === from || to === 2 * from) ? from / to : fround(step);
  return (at) => Math.min(from - 1, Math.floor(fround(at * width)));
}

/** x with each element so many times in a row along each spatial axis. */
function repeated(x: Tensor, counts: readonly number[]): Tensor {
  const [first, sizes] = [x.shape.slice(0, 2), x.shape.slice(2)];
  if (counts.every((count) => count === 1)) return x;
  const apart: Tensor = x.reshape([...first, ...sizes.flatMap((size) => [size, 1])]);
  const wide: Tensor = apart.expand([...first, ...sizes.flatMap((size, i) => [size, counts[i]])]);
  return wide.reshape([...first, ...sizes.map((size, i) => size * counts[i])]);
}

/** Each element is a mean of the two beside it along each axis, weighted by distance. */
export const linear: Resize = (x, axes) => axes.reduce((y, resizing, i) => between(y, i + 2, resizing), x);

function between(x: Tensor, axis: number, resizing: Resizing): Tensor {
  const { from, to } = resizing;
  if (from === to) return x;
  const sources = placesOf(to, sourceOf(resizing));
  const below = sources.map((source) => Math.min(from - 1, Math.floor(source)));
  const above = below.map((place) => Math.min(from - 1, place + 1));
  const shares = sources.map((source, at) => Math.min(1, source - below[at]));
  const weights = (list: number[]) =>
    withDevice(x.device, () => tensor(Float32Array.from(list), { shape: [to, ...x.shape.slice(axis + 1).fill(1)] }));
  const lower = selected(x, axis, below).mul(weights(shares.map((share) => fround(1 - share))));
  return lower.add(selected(x, axis, above).mul(weights(shares)));
}

/** The place in the input, between two elements, that an element of the output shows. */
function sourceOf({ from, to, step = from / to, alignCorners }: Resizing): (at: number) => number {
  const width = fround(alignCorners ? (from - 1) / Math.max(1, to - 1) : step);
  if (alignCorners) return (at) => fround(width * at);
  return (at) => Math.max(0, fround(fround(width * (at + 0.5)) - 0.5));
}
