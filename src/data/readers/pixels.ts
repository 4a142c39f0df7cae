/** What an image is to become. */
export type Channels = 1 | 3 | 4;

/** Values of pixels, one pixel after the other: of 1 channel grey, 2 grey and alpha, 3 colours, 4 colours and alpha. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: ArrayLike<number>;
  /** The value that is full brightness. */
  readonly most: number;
}

/** Values from 0 to 1, one channel after the other. */
export function planesOf({ data, channels, most, width, height }: Pixels, wanted: Channels): Float32Array {
  const size = width * height;
  const planes = new Float32Array(wanted * size);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const alpha = channels % 2 === 0 ? channels - 1 : undefined;
  for (let i = 0, at = 0; i < size; i++, at += channels) {
    if (wanted === 1) {
      planes[i] = (channels < 3 ? data[at] : luma(data[at], data[at + 1], data[at + 2], most)) / most;
      continue;
    }
    planes[i] = data[at] / most;
    planes[size + i] = data[at + green] / most;
    planes[2 * size + i] = data[at + blue] / most;
    if (wanted === 4) planes[3 * size + i] = alpha === undefined ? 1 : data[at + alpha] / most;
  }
  return planes;
}

/** ITU-R 601, rounded to whole levels of 8 bits as Pillow does. */
function luma(red: number, green: number, blue: number, most: number): number {
  const scaled = red * 19595 + green * 38470 + blue * 7471;
  return most === 255 ? (scaled + 0x8000) >> 16 : scaled / 65536;
}
