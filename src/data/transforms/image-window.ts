import { product } from '../../core/shape';
import { tensor, type Tensor, type TypedArray } from '../../tensor';
import { hostValues } from '../host-values';

export interface Window {
  /** Row and column of the image at the window's first corner; outside of it where negative. */
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What is seen of each plane of an image [..., h, w] through a window: [..., height, width], `fill` outside of the image. */
export function windowOf(image: Tensor, { top, left, height, width }: Window, fill: number): Tensor {
  const { shape, dtype } = image;
  const [rows, columns] = shape.slice(-2);
  const planes = product(shape.slice(0, -2));
  const values = hostValues(image);
  const seen = new (values.constructor as new (size: number) => TypedArray)(planes * height * width).fill(fill);
  const from = Math.max(0, left);
  const to = Math.min(columns, left + width);
  for (let plane = 0; plane < planes && from < to; plane++)
    for (let row = Math.max(0, top); row < Math.min(rows, top + height); row++) {
      const start = (plane * rows + row) * columns;
      seen.set(values.subarray(start + from, start + to), (plane * height + row - top) * width + from - left);
    }
  return tensor(seen, { shape: [...shape.slice(0, -2), height, width] as readonly number[], dtype });
}
