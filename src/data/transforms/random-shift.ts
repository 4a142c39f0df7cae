import { checkOptions } from '../../core/options';
import { numberOption, sizesOf, type Sizes } from '../../module/option-checks';
import { windowOf } from './image-window';
import { between, numbersFor, sizeOf, type Transform } from './transform';

export interface RandomShiftOptions {
  /** What moves in from outside. Default 0. */
  readonly fill?: number;
}

/**
 * Moves an image [..., height, width] by a random number of whole pixels, each from -pixels to pixels equally likely, down
 * and to the right. All planes move alike.
 *
 * Source: torchvision.transforms.RandomAffine with translate alone, in pixels
 * @param pixels how far at most: for both axes, or [down, right]
 * @throws ValueError for pixels that are no whole numbers of at least 0, unknown options; ShapeError for what is no image
 * @example randomShift(2)(rand([1, 28, 28])).shape; // [1, 28, 28]
 */
export function randomShift(pixels: Sizes, options: RandomShiftOptions = {}): Transform {
  checkOptions('randomShift', options, ['fill']);
  const [down, right] = sizesOf('randomShift', 'pixels', pixels, 2, 0);
  const fill = numberOption('randomShift', 'fill', options.fill ?? 0);
  return (image, draw) => {
    const random = numbersFor(draw);
    const [height, width] = sizeOf('randomShift', image);
    const top = -between(random, -down, down);
    const left = -between(random, -right, right);
    return windowOf(image, { top, left, height, width }, fill);
  };
}
