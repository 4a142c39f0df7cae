import { ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import { tensor, type Tensor, type TypedArray } from '../../tensor';
import { hostValues } from '../host-values';
import { numbersFor, sizeOf, type Transform } from './transform';

/**
 * Mirrors an image [..., height, width] left to right, with probability p.
 *
 * Source: torchvision.transforms.RandomHorizontalFlip
 * @param p from 0 to 1; default 0.5
 * @throws ValueError for p out of range, ShapeError for what is no image
 * @example await randomHorizontalFlip(1)(tensor([[1, 2, 3]])).toArray(); // [[3, 2, 1]]
 */
export function randomHorizontalFlip(p = 0.5): Transform {
  return randomFlip('randomHorizontalFlip', p, (values, _height, width) => {
    for (let start = 0; start < values.length; start += width) values.subarray(start, start + width).reverse();
  });
}

/**
 * Mirrors an image [..., height, width] top to bottom, with probability p.
 *
 * Source: torchvision.transforms.RandomVerticalFlip
 * @param p from 0 to 1; default 0.5
 * @throws ValueError for p out of range, ShapeError for what is no image
 * @example await randomVerticalFlip(1)(tensor([[1], [2]])).toArray(); // [[2], [1]]
 */
export function randomVerticalFlip(p = 0.5): Transform {
  return randomFlip('randomVerticalFlip', p, (values, height, width) => {
    const size = height * width;
    for (let start = 0; start < values.length; start += size) {
      const plane = values.slice(start, start + size);
      for (let row = 0; row < height; row++)
        values.set(plane.subarray(row * width, (row + 1) * width), start + (height - 1 - row) * width);
    }
  });
}

/** Mirrors all planes of a copy where they lie. */
type Mirror = (values: TypedArray, height: number, width: number) => void;

function randomFlip(where: string, p: number, mirror: Mirror): Transform {
  if (!(typeof p === 'number' && p >= 0 && p <= 1))
    throw new ValueError(`${where}: p must be a number from 0 to 1, not ${show(p)}`);
  return (image, draw) => {
    const [height, width] = sizeOf(where, image);
    if (numbersFor(draw)() >= p || image.size === 0) return image;
    return mirrored(image, (values) => mirror(values, height, width));
  };
}

function mirrored(image: Tensor, mirror: (values: TypedArray) => void): Tensor {
  const values = hostValues(image).slice();
  mirror(values);
  return tensor(values, { shape: image.shape, dtype: image.dtype });
}
