import { IndexError } from '../../core/errors';
import { product } from '../../core/shape';
import { countOf } from '../../module/option-checks';
import { isTensor, tensor, type Tensor } from '../../tensor';
import { hostValues } from '../host-values';
import type { Transform } from './transform';

/**
 * A label as a row of zeros with a one at its place, float32 [classes]; a tensor of labels [...] as [..., classes].
 *
 * Source: torch.nn.functional.one_hot, as floats
 * @throws ValueError for classes that are no whole number of at least 1, IndexError for a label that is no class
 * @example await toOneHot(3)(1).toArray(); // [0, 1, 0]
 */
export function toOneHot(classes: number): Transform<number | Tensor, Tensor> {
  countOf('toOneHot', 'classes', classes);
  return (label) => {
    const labels = isTensor(label) ? hostValues(label) : [label];
    const shape = isTensor(label) ? label.shape : [];
    const rows = new Float32Array(product(shape) * classes);
    for (let i = 0; i < labels.length; i++) {
      const place = labels[i];
      if (!(Number.isInteger(place) && place >= 0 && place < classes))
        throw new IndexError(`toOneHot: ${String(place)} is no class; allowed are 0 to ${classes - 1}`);
      rows[i * classes + place] = 1;
    }
    return tensor(rows, { shape: [...shape, classes] as readonly number[] });
  };
}
