// Checks of what losses are given. Values that are at hand are checked here, at the caller's line; those that are still to
// be computed cannot be, and make the loss NaN where the formula has no answer.
import { DTypeError, IndexError, ShapeError, ValueError } from '../core/errors';
import { broadcast, showShape, type Shape } from '../core/shape';
import { dataAtHand } from '../graph/recorder';
import { show } from '../module/shape-declaration';
import { indexOutside } from '../ops';
import { isTensor, type Tensor } from '../tensor';

type Named = Readonly<Record<string, Tensor>>;

/** @throws DTypeError for anything but a tensor */
export function checkTensor(loss: string, name: string, x: Tensor): void {
  if (!isTensor(x))
    throw new DTypeError(`${loss}: the ${name} must be a tensor, such as tensor([1, 2]), not ${show(x)}`);
}

/** The same of several. */
export function checkTensors(loss: string, named: Named): void {
  for (const name in named) checkTensor(loss, name, named[name]);
}

/** @throws DTypeError for anything but a tensor of float32 */
export function checkFloat(loss: string, name: string, x: Tensor): void {
  checkTensor(loss, name, x);
  if (x.dtype !== 'float32')
    throw new DTypeError(`${loss}: ${name} must be float32, not ${x.dtype}; call .float() first`);
}

/** The same of several. */
export function checkFloats(loss: string, named: Named): void {
  checkTensors(loss, named);
  for (const name in named) checkFloat(loss, name, named[name]);
}

/** @throws ShapeError where one has another shape than the first */
export function checkShapes(loss: string, named: Named): void {
  checkTensors(loss, named);
  const [[name, first], ...others] = Object.entries(named);
  for (const [other, x] of others)
    if (x.node.shape !== first.node.shape)
      throw new ShapeError(
        `${loss}: the ${name} is ${showShape(first.shape)}, the ${other} ${showShape(x.shape)}; reshape one to the other's shape`,
      );
}

/** What is asked where every element is a loss: @throws DTypeError, ShapeError for an output, target or weight of others */
export function checkElements(loss: string, output: Tensor, target: Tensor, weight?: Tensor): void {
  checkFloats(loss, weight === undefined ? { output } : { output, weight });
  checkShapes(loss, weight === undefined ? { output, target } : { output, target, weight });
}

/** @throws DTypeError, ShapeError for a weight that is no float32 tensor which broadcasts to the shape of the output */
export function checkBroadcasts(loss: string, name: string, weight: Tensor | undefined, output: Tensor): void {
  if (weight === undefined) return;
  checkFloat(loss, name, weight);
  const { shape } = output.node;
  if (weight.shape.length > shape.length || broadcast(`${loss}: ${name}`, weight.node.shape, shape) !== shape)
    throw new ShapeError(
      `${loss}: ${name} ${showShape(weight.shape)} does not broadcast to the output ${showShape(shape)}`,
    );
}

/** @throws ValueError where a value that is at hand is not allowed */
export function checkValues(loss: string, named: Named, isAllowed: (x: number) => boolean, allowed: string): void {
  for (const [name, x] of Object.entries(named)) {
    const bad = dataAtHand(x.node)?.find((value) => !isAllowed(value));
    if (bad !== undefined) throw new ValueError(`${loss}: the ${name} holds ${bad}; allowed are ${allowed}`);
  }
}

/** @throws ValueError for a target at hand that is neither 1 nor -1 */
export function checkSigns(loss: string, target: Tensor): void {
  checkValues(loss, { target }, (sign) => sign === 1 || sign === -1, '1 and -1');
}

/** @throws DTypeError, ShapeError for labels that are not int32 or not of this shape */
export function checkLabelShape(loss: string, labels: Tensor, output: Tensor, wanted: Shape): void {
  checkTensor(loss, 'target', labels);
  if (labels.dtype !== 'int32')
    throw new DTypeError(`${loss}: the target must be int32 labels, not ${labels.dtype}; call .int() first`);
  if (labels.node.shape !== wanted)
    throw new ShapeError(
      `${loss}: an output of ${showShape(output.shape)} needs labels of shape ${showShape(wanted)}, got ${showShape(labels.shape)}`,
    );
}

/** @throws IndexError for a label at hand that is no class and not `special`, which means `meaning` */
export function checkLabels(loss: string, labels: Tensor, classes: number, special?: number, meaning = ''): void {
  const bad = indexOutside(dataAtHand(labels.node), classes, special);
  if (bad === undefined) return;
  const also = special === undefined ? '' : `, and ${special} ${meaning}`;
  throw new IndexError(`${loss}: label ${bad} is no class; allowed are 0 to ${classes - 1}${also}`);
}
