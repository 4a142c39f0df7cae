import { checkSizes, product } from '../core/shape';
import { tensor, type Tensor } from '../tensor';
import type { ByteSource } from './byte-source';
import { decodeInto, type Encoded } from './coding';
import { valuesFor, type Values } from './elements';

/** How much of a file is in memory at a time beside the values that are made of it. */
export const pieceBytes = 2 ** 22;

/** `count` elements that begin at a byte of the source, read piece by piece. */
export async function readValues(
  source: ByteSource,
  at: number,
  count: number,
  encoded: Encoded,
  asker: string,
  piece = pieceBytes,
): Promise<Values> {
  const { bytes } = encoded.element;
  await source.read(at + count * bytes, 0); // the end is there, before memory is taken for what leads to it
  const values = valuesFor(encoded.element, count);
  const step = Math.max(1, Math.floor(piece / bytes));
  for (let from = 0; from < count; from += step) {
    const length = Math.min(step, count - from) * bytes;
    decodeInto(values, from, await source.read(at + from * bytes, length), encoded, asker);
  }
  return values;
}

/** The tensor whose elements begin at a byte of the source, row by row. @throws ShapeError for one that is too large */
export async function readTensor(
  source: ByteSource,
  at: number,
  shape: readonly number[],
  encoded: Encoded,
  asker: string,
): Promise<Tensor> {
  checkSizes(shape, asker);
  const values = await readValues(source, at, product(shape), encoded, asker);
  return tensor(values, { shape, dtype: encoded.element.becomes });
}
