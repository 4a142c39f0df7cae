import { ShapeError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { numberOption, sizesOf, type Sizes } from '../../module/option-checks';
import { windowOf } from './image-window';
import { between, numbersFor, sizeOf, type Transform } from './transform';

export interface RandomCropOptions {
  /** Pixels put around the image before it is cropped: on all sides, or [above and below, left and right]. Default 0. */
  readonly padding?: Sizes;
  /** What the padding is filled with. Default 0. */
  readonly fill?: number;
}

/**
 * A part of an image [..., height, width] at a random place, each place equally likely.
 *
 * Source: torchvision.transforms.RandomCrop
 * @param size of the part: one number for both axes, or [height, width]
 * @throws ValueError for sizes that are no whole numbers, unknown options; ShapeError for an image that is too small
 * @example randomCrop(32, { padding: 4 })(rand([3, 32, 32])).shape; // [3, 32, 32]
 */
export function randomCrop(size: Sizes, options: RandomCropOptions = {}): Transform {
  checkOptions('randomCrop', options, ['padding', 'fill']);
  const [height, width] = sizesOf('randomCrop', 'size', size, 2);
  const [down, right] = sizesOf('randomCrop', 'padding', options.padding ?? 0, 2, 0);
  const fill = numberOption('randomCrop', 'fill', options.fill ?? 0);
  return (image, draw) => {
    const random = numbersFor(draw);
    const [rows, columns] = sizeOf('randomCrop', image);
    const [spareRows, spareColumns] = [rows + 2 * down - height, columns + 2 * right - width];
    if (spareRows < 0 || spareColumns < 0)
      throw new ShapeError(
        `randomCrop: [${height}, ${width}] does not fit into an image of [${rows}, ${columns}] with padding [${down}, ${right}]`,
      );
    const top = between(random, 0, spareRows) - down;
    const left = between(random, 0, spareColumns) - right;
    return windowOf(image, { top, left, height, width }, fill);
  };
}
