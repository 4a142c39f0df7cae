import { DTypeError, ShapeError, ValueError } from '../../core/errors';
import { product, showShape } from '../../core/shape';
import { numberOption } from '../../module/option-checks';
import { tensor } from '../../tensor';
import { hostValues } from '../host-values';
import type { Transform } from './transform';

/**
 * Takes the mean off each channel of a float32 image [..., channels, height, width] and divides by its standard deviation.
 *
 * Source: torchvision.transforms.Normalize
 * @param mean one for each channel, or one for all
 * @param std as many, each above 0
 * @throws ValueError for no numbers, numbers out of range or not as many of both; ShapeError for an image of another number of
 *   channels; DTypeError for one that is not float32
 * @example normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])(rand([3, 32, 32])).shape; // [3, 32, 32]
 */
export function normalize(mean: readonly number[], std: readonly number[]): Transform {
  for (const value of mean) numberOption('normalize', 'mean', value);
  for (const value of std) numberOption('normalize', 'std', value, 'positive');
  if (mean.length === 0 || mean.length !== std.length)
    throw new ValueError(
      `normalize: mean and std must have one number for each channel, not ${mean.length} and ${std.length}`,
    );
  return (image) => {
    const { shape, dtype } = image;
    if (dtype !== 'float32')
      throw new DTypeError(`normalize: the image must be float32, not ${dtype}; call .float() first`);
    if (shape.length < 3 || (mean.length > 1 && mean.length !== shape.at(-3)))
      throw new ShapeError(
        `normalize: an image has shape [..., channels, height, width] with ${mean.length} channels, not ${showShape(shape)}`,
      );
    const values = Float32Array.from(hostValues(image));
    const plane = product(shape.slice(-2));
    for (let start = 0, k = 0; start < values.length; start += plane, k = (k + 1) % mean.length)
      for (let i = start; i < start + plane; i++) values[i] = Math.fround(values[i] - Math.fround(mean[k])) / Math.fround(std[k]); // prettier-ignore
    return tensor(values, { shape });
  };
}
