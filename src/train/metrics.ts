import { ShapeError } from '../core/errors';
import { showShape } from '../core/shape';
import type { Tensor } from '../tensor';

/** A number for one batch, averaged over its samples. A scalar tensor is read for you. */
export type Metric = (output: any, target: any) => Tensor | number;

/**
 * The share of samples whose largest of [N, C] outputs stands at their int32 label [N].
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy } });
 */
export function accuracy(output: Tensor, target: Tensor): Tensor {
  if (output.shape.length !== 2 || target.shape.length !== 1 || output.shape[0] !== target.shape[0])
    throw new ShapeError(
      `accuracy: needs outputs [N, C] and labels [N], got ${showShape(output.shape)} and ${showShape(target.shape)}`,
    );
  return output.argmax(1).eq(target).float().mean();
}
