import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { product, showShape } from '../core/shape';
import { numberOption } from '../module/option-checks';
import { isTensor, tensor, type Tensor, type TypedArray } from '../tensor';
import { joinSamples, stacked, type Join } from './collate';
import { hostValues } from './host-values';

export interface PadSequenceOptions {
  /** What fills the ends. Default 0. */
  readonly value?: number;
}

/**
 * Tensors that differ in their first size, [length, ...rest], as one [batch, longest, ...rest]: shorter ones are filled up
 * at their ends.
 *
 * Source: torch.nn.utils.rnn.pad_sequence with batch_first=True
 * @throws ShapeError where other sizes differ or a tensor has no axes, ValueError for no tensors or unknown options
 * @example await padSequence([tensor([1, 2, 3]), tensor([4])]).toArray(); // [[1, 2, 3], [4, 0, 0]]
 */
export function padSequence(tensors: readonly Tensor[], options: PadSequenceOptions = {}): Tensor {
  checkOptions('padSequence', options, ['value']);
  const value = numberOption('padSequence', 'value', options.value ?? 0);
  return padded('padSequence', tensors, value, (i) => `tensor ${i}`);
}

function padded(where: string, tensors: readonly Tensor[], value: number, name: (i: number) => string): Tensor {
  if (tensors.length === 0) throw new ValueError(`${where}: there are no tensors; give at least one`);
  const [first] = tensors;
  const rest = first.shape.slice(1);
  const odd = tensors.findIndex(({ shape, dtype }) => shape.length === 0 || showShape(shape.slice(1)) !== showShape(rest) || dtype !== first.dtype); // prettier-ignore
  if (odd >= 0)
    throw new ShapeError(
      `${where}: tensors may differ in their first size alone, but ${name(0)} is ${first.dtype} ${showShape(first.shape)} ` +
        `and ${name(odd)} ${tensors[odd].dtype} ${showShape(tensors[odd].shape)}`,
    );
  const longest = Math.max(...tensors.map(({ shape }) => shape[0]));
  const arrays = tensors.map(hostValues);
  const size = longest * product(rest);
  const all = new (arrays[0].constructor as new (length: number) => TypedArray)(size * tensors.length).fill(value);
  arrays.forEach((array, i) => all.set(array, i * size));
  return tensor(all, { shape: [tensors.length, longest, ...rest], dtype: first.dtype });
}

/**
 * True where a padded tensor holds a value, false where padding: bool [batch, longest].
 * @example await paddingMask([3, 1]).toArray(); // [[1, 1, 1], [1, 0, 0]]
 */
export function paddingMask(lengths: readonly number[]): Tensor {
  const longest = Math.max(0, ...lengths);
  const mask = lengths.flatMap((length) => Array.from({ length: longest }, (_, i) => i < length));
  return tensor(Uint8Array.from(mask, Number), { shape: [lengths.length, longest], dtype: 'bool' });
}

/** A place of a sample: a position of a list, a key of an object. */
type Place = number | string;

export interface PaddedCollateOptions {
  /** What fills the ends: a number, or one for each place that is not filled with 0, { 1: -100 }. Default 0. */
  readonly value?: number | Readonly<Record<Place, number>>;
  /** The place whose tensor becomes [padded, lengths], lengths int32 [batch]. */
  readonly lengths?: Place;
  /** The place whose tensor becomes [padded, mask], mask bool [batch, longest], true where there is a value. */
  readonly mask?: Place;
}

/**
 * A collate function for samples that differ in length: tensors of at least one axis are padded along their first to the
 * longest of the batch, all else is joined as `collate` does. A place that is asked for both has [padded, lengths, mask].
 *
 * Source: pad_sequence in the collate_fn of torch.utils.data.DataLoader
 * @throws ValueError for unknown options or places that samples do not have; ShapeError where other sizes differ
 * @example
 * // Samples [tokens, label] become batches [[tokens, lengths], labels].
 * new DataLoader(dataset, { batchSize: 32, collate: paddedCollate({ lengths: 0 }) });
 */
export function paddedCollate(
  options: PaddedCollateOptions = {},
): (samples: any[], indices?: ArrayLike<number>) => any {
  checkOptions('paddedCollate', options, ['value', 'lengths', 'mask']);
  const { value = 0, lengths, mask } = options;
  const fills = typeof value === 'object' ? value : {};
  for (const fill of typeof value === 'object' ? Object.values(value) : [value])
    numberOption('paddedCollate', 'value', fill);
  const wanted = [lengths, mask, ...Object.keys(fills)].filter((place) => place !== undefined);
  const join: Join = (tensors, [top], name) => {
    if (tensors.every(({ shape }) => shape.length === 0)) return stacked(tensors, top === undefined ? [] : [top], name);
    const fill = typeof value === 'number' ? value : (fills[top] ?? 0);
    const all = padded('paddedCollate', tensors, fill, name);
    const sizes = tensors.map(({ shape }) => shape[0]);
    const extra = [isPlace(lengths, top) && tensor(Int32Array.from(sizes)), isPlace(mask, top) && paddingMask(sizes)];
    return extra.some(Boolean) ? [all, ...extra.filter(Boolean)] : all;
  };
  return (samples, indices) => {
    for (const place of wanted) checkPlace(samples[0], place);
    return joinSamples(samples, join, indices);
  };
}

/** Positions come as the text that they are among the keys of a list. */
function isPlace(asked: Place | undefined, top: Place | undefined): boolean {
  return asked !== undefined && String(asked) === String(top);
}

function checkPlace(sample: unknown, place: Place): void {
  const isNested = typeof sample === 'object' && sample !== null && !isTensor(sample);
  if (isNested && Object.hasOwn(sample, place)) return;
  const known = isNested ? `they have ${Object.keys(sample).join(', ')}` : 'a sample is no list or object';
  throw new ValueError(`paddedCollate: samples have no place ${String(place)}; ${known}`);
}
