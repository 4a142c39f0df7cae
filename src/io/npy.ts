import { StateError } from '../core/errors';
import { checkOptions } from '../core/options';
import { checkSizes, product, stridesOf } from '../core/shape';
import { tensor, type Tensor } from '../tensor';
import { withSource, type ByteSource, type FileLike } from './byte-source';
import { elements } from './elements';
import { floatOption } from './float-option';
import { gather } from './gather';
import { encodeNpyHeader, readNpyHeader } from './npy-header';
import { readValues } from './read-tensor';
import { collected, writeFile, type Sink } from './write-file';
import { writeValues, written, type WrittenTensor } from './written-tensor';

/** What float32 tensors can be stored as; numpy has no bfloat16. */
export const npyFloats = ['float32', 'float64', 'float16'] as const;

export interface SaveNpyOptions {
  /** What float32 tensors are stored as. Default 'float32'. */
  readonly dtype?: (typeof npyFloats)[number];
}

/**
 * Reads an array that numpy saved, of versions 1 to 3, either byte order, C or Fortran order. Floats of 64 and 16 bits
 * become float32, whole numbers of any size int32. As numpy.load without pickles.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @param from the path of a file, its bytes, or a Blob
 * @throws StateError for a damaged file, a dtype that tensors here cannot hold, and whole numbers beyond int32
 * @example const images = await loadNpy('images.npy');
 */
export async function loadNpy(from: FileLike): Promise<Tensor> {
  return withSource('loadNpy', from, (source) => readNpy('loadNpy', source));
}

/** The array that fills a source. */
export async function readNpy(asker: string, source: ByteSource): Promise<Tensor> {
  const { dtype, littleEndian, fortran, shape, start } = await readNpyHeader(asker, source);
  const element = elements[dtype];
  checkSizes(shape, asker);
  const end = start + product(shape) * element.bytes;
  if (end !== source.size)
    throw new StateError(
      `${asker}: [${shape.join(', ')}] of ${dtype} ends at byte ${end}, the file at ${source.size}; it is cut off or holds more than one array`,
    );
  const values = await readValues(source, start, product(shape), { element, littleEndian }, asker);
  const strides = stridesOf([...shape].reverse()).reverse();
  return tensor(fortran && shape.length > 1 ? gather(values, { shape, strides }) : values, {
    shape,
    dtype: element.becomes,
  });
}

/**
 * Writes a tensor as an array that numpy loads: float32, or what `dtype` says, int32 or bool, little-endian, in C order.
 * The file appears whole or not at all.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.save.html
 * @throws ValueError for what is no tensor, or an unknown option
 * @example await saveNpy('predictions.npy', model.forward(x));
 */
export async function saveNpy(path: string, value: Tensor, options: SaveNpyOptions = {}): Promise<void> {
  const item = npyItem('saveNpy', value, options);
  await writeFile('saveNpy', path, (sink) => writeNpy(item, sink));
}

/**
 * The bytes that {@link saveNpy} writes, where there are no files.
 * @throws ValueError for what is no tensor, or an unknown option
 * @example const blob = new Blob([await encodeNpy(x)]);
 */
export async function encodeNpy(value: Tensor, options: SaveNpyOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const item = npyItem('encodeNpy', value, options);
  return collected((sink) => writeNpy(item, sink));
}

function npyItem(asker: string, value: Tensor, options: SaveNpyOptions): WrittenTensor {
  checkOptions(asker, options, ['dtype']);
  return written(asker, 'the value', value, floatOption(asker, options.dtype ?? 'float32', npyFloats));
}

/** Hands the bytes of an npy file on, piece by piece. */
export async function writeNpy({ dtype, shape, values }: WrittenTensor, sink: Sink): Promise<void> {
  await sink(encodeNpyHeader(dtype as Exclude<typeof dtype, 'bfloat16'>, shape));
  await writeValues(await values(), dtype, sink);
}
