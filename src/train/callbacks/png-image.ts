import { ShapeError } from '../../core/errors';
import type { DType, Tensor, TypedArray } from '../../tensor';

/** A picture that TensorBoard shows. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colours, 4 for these and alpha. */
  readonly channels: number;
  /** The file in base64, the shortest of what the header of a checkpoint can hold. */
  readonly png: string;
}

/** @param where what errors call the tensor */
export type PngEncoder = (where: string, image: Tensor) => Promise<PngImage>;

type Layout = readonly [count: number, channels: number, height: number, width: number];

/** As many images stand beside each other, those that follow below: PyTorch's add_images. */
const perRow = 8;

/** What makes pictures of tensors; the libraries for it are loaded when it is asked for. */
export async function pngEncoder(): Promise<PngEncoder> {
  const [{ encode }, { base64Encode }] = await Promise.all([import('fast-png'), import('@bufbuild/protobuf/wire')]);
  return async (where, image) => {
    const layout = layoutOf(where, image);
    const pixels = gridOf(await image.data(), layout, levelsOf(image.dtype));
    const { width, height, channels } = pixels;
    return { width, height, channels, png: base64Encode(encode(pixels)) };
  };
}

/** @throws ShapeError for a tensor that is no image */
export function layoutOf(where: string, { shape }: Tensor): Layout {
  const layout = [...[1, 1].slice(shape.length - 2), ...shape];
  if (layout.length === 4 && [1, 3, 4].includes(layout[1]) && !layout.includes(0)) return layout as unknown as Layout;
  throw new ShapeError(
    `${where}: an image is [H, W], [C, H, W] or [N, C, H, W], with 1, 3 or 4 channels C before height and width, none of ` +
      `them empty; not [${shape.join(', ')}]`,
  );
}

/** What a byte of the picture is cut from: as in PyTorch a product of float32, which is not rounded. */
const levelsOf = (dtype: DType) => (value: number) => (dtype === 'int32' ? value : Math.fround(value * 255));

/** The pixels of all images in one, row by row; places that are left over are black. */
function gridOf(values: TypedArray, [count, channels, height, width]: Layout, toLevel: (value: number) => number) {
  const [columns, rows] = [Math.min(count, perRow), Math.ceil(count / perRow)];
  const size = { width: columns * width, height: rows * height, channels };
  const data = new Uint8Array(size.width * size.height * channels);
  for (let n = 0, from = 0; n < count; n++) {
    const [top, left] = [Math.floor(n / columns) * height, (n % columns) * width];
    for (let channel = 0; channel < channels; channel++)
      for (let row = top; row < top + height; row++)
        for (let column = left; column < left + width; column++)
          data[(row * size.width + column) * channels + channel] = clamped(toLevel(values[from++]));
  }
  return { ...size, data };
}

const clamped = (level: number): number => Math.max(0, Math.min(255, level));
