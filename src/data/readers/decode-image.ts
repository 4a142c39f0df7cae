import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { show } from '../../module/shape-declaration';
import { tensor, type Tensor } from '../../tensor';
import { planesOf, type Channels, type Pixels } from './pixels';
import { unpacked } from './unpack-png';

export interface ImageOptions {
  /** 1 for grey, 3 for red, green and blue, 4 for these and alpha. Default 3. */
  readonly channels?: Channels;
}

/** Bytes of one image to a float32 tensor [channels, height, width] of values from 0 to 1. */
export type ImageDecoder = (bytes: Uint8Array, where: string) => Tensor;

/**
 * A PNG or JPEG as a float32 tensor [channels, height, width] of values from 0 to 1. Grey becomes three equal channels where
 * colour is asked for, colour the luma of ITU-R 601 where grey is; alpha is left out, or 1 where there is none.
 *
 * Source: torchvision.io.decode_image, and Pillow's convert for the channels
 * @throws ValueError for bytes that are neither, or damaged; for options out of range
 * @example (await decodeImage(bytes, { channels: 1 })).shape; // [1, height, width]
 */
export async function decodeImage(bytes: Uint8Array, options: ImageOptions = {}): Promise<Tensor> {
  checkOptions('decodeImage', options, ['channels']);
  const decode = await imageDecoder('decodeImage', options.channels);
  return decode(bytes, 'decodeImage');
}

/** Loads what decodes images, which browsers and most programs never need. */
export async function imageDecoder(where: string, channels: Channels = 3): Promise<ImageDecoder> {
  if (![1, 3, 4].includes(channels))
    throw new ValueError(`${where}: channels must be 1, 3 or 4, not ${show(channels)}`);
  const [png, jpeg] = await Promise.all([import('fast-png'), import('jpeg-js')]);
  const decoders: Readonly<Record<string, (bytes: Uint8Array) => Pixels>> = {
    PNG: (bytes) => unpacked(png.decode(bytes, { checkCrc: true })),
    JPEG: (bytes) => ({ ...jpeg.decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false }), channels: 3, most: 255 }), // prettier-ignore
  };
  return (bytes, name) => {
    const kind = kindOf(bytes);
    if (kind === undefined) throw new ValueError(`${name}: this is neither a PNG nor a JPEG image`);
    const pixels = attempt(name, kind, () => checked(decoders[kind](bytes)));
    const { width, height } = pixels;
    return tensor(planesOf(pixels, channels), { shape: [channels, height, width] });
  };
}

/** By the bytes that such files begin with. */
function kindOf(bytes: Uint8Array): 'PNG' | 'JPEG' | undefined {
  const begins = (...start: number[]): boolean => start.every((byte, i) => bytes[i] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'PNG';
  return begins(0xff, 0xd8, 0xff) ? 'JPEG' : undefined;
}

function checked(pixels: Pixels): Pixels {
  const needed = pixels.width * pixels.height * pixels.channels;
  if (needed === 0 || pixels.data.length !== needed)
    throw new Error(`${pixels.data.length} values do not fill ${pixels.height} x ${pixels.width} pixels`);
  return pixels;
}

function attempt<T>(where: string, kind: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new ValueError(`${where}: this ${kind} image is damaged: ${error instanceof Error ? error.message : show(error)}`); // prettier-ignore
  }
}
