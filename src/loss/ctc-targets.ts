import { DTypeError, IndexError, ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import { dataAtHand, onDevice } from '../graph/recorder';
import { show } from '../module/shape-declaration';
import { isTensor, tensor, type Tensor } from '../tensor';

/** The lengths of a batch: a list or an int32 tensor [N], or a number for one sequence. */
export type CTCLengths = number | readonly number[] | Tensor;

/** CTCLengths as numbers. @throws ValueError, ShapeError, DTypeError where they are not one for each sequence, 0 to `most` */
export function lengthsOf(name: string, given: CTCLengths, batch: number, most: number): number[] {
  const lengths = isTensor(given) ? valuesOf(name, given) : [given].flat();
  if (lengths.length !== batch)
    throw new ShapeError(`ctcLoss: ${name} must be one for each of ${batch} sequences, not ${lengths.length}`);
  const bad = lengths.find((length) => !(Number.isInteger(length) && length >= 0 && length <= most));
  if (bad === undefined) return lengths;
  const range = most === Infinity ? 'of at least 0' : `from 0 to ${most}`;
  throw new ValueError(`ctcLoss: ${name} must be whole numbers ${range}, not ${show(bad)}`);
}

/** Plans are made of lengths: those of a tensor are read here, which a GPU refuses where they are not at hand. */
function valuesOf(name: string, given: Tensor): number[] {
  if (given.dtype !== 'int32') throw new DTypeError(`ctcLoss: ${name} must be int32, not ${given.dtype}`);
  if (given.shape.length > 1) throw new ShapeError(`ctcLoss: ${name} must be [N], not ${showShape(given.shape)}`);
  return Array.from(dataAtHand(given.node) ?? given.dataSync());
}

interface Classes {
  readonly classes: number;
  readonly blank: number;
}

/** The labels of both layouts as [N, longest], blank where a target has ended. */
export function labelsOf(targets: Tensor, lengths: readonly number[], { classes, blank }: Classes): Tensor {
  const [batch, longest] = [lengths.length, Math.max(0, ...lengths)];
  const starts = startsOf(targets, lengths, longest);
  checkSpelling(targets, starts, lengths, { classes, blank });
  const place = Array.from({ length: batch * longest }, (_, i) => [Math.floor(i / longest), i % longest] as const);
  const isLabel = place.map(([n, j]) => j < lengths[n]);
  return onDevice(targets.device, () => {
    if (longest === 0) return tensor(new Int32Array(0), { shape: [batch, 0] });
    const index = tensor(Int32Array.from(place, ([n, j], i) => (isLabel[i] ? starts[n] + j : 0)));
    const labels: Tensor = targets.reshape([-1]).indexSelect(0, index).reshape([batch, longest]);
    return labels.where(tensor(Uint8Array.from(isLabel, Number), { shape: [batch, longest], dtype: 'bool' }), blank);
  });
}

/** Where each target begins. @throws ShapeError where the targets do not hold as many labels as the lengths say */
function startsOf({ shape }: Tensor, lengths: readonly number[], longest: number): number[] {
  const [batch, total] = [lengths.length, lengths.reduce((sum, length) => sum + length, 0)];
  if (shape.length === 2 && shape[0] === batch && shape[1] >= longest) return lengths.map((_, n) => n * shape[1]);
  if (shape.length === 1 && shape[0] === total)
    return lengths.map((_, n) => lengths.slice(0, n).reduce((sum, length) => sum + length, 0));
  throw new ShapeError(
    `ctcLoss: targets of ${batch} sequences, ${longest} the longest and ${total} in all, must be ` +
      `[${batch}, ${longest} or more] or [${total}], not ${showShape(shape)}`,
  );
}

/** @throws IndexError for a label at hand that is no class, or is the blank; what follows after a target is not looked at */
function checkSpelling(
  targets: Tensor,
  starts: readonly number[],
  lengths: readonly number[],
  { classes, blank }: Classes,
): void {
  const labels = dataAtHand(targets.node);
  if (labels === null) return;
  const isWrong = (label: number) => label < 0 || label >= classes || label === blank;
  for (const [n, start] of starts.entries()) {
    const bad = labels.subarray(start, start + lengths[n]).find(isWrong);
    if (bad !== undefined)
      throw new IndexError(
        `ctcLoss: label ${bad} of target ${n} is no label; allowed are 0 to ${classes - 1} without the blank, ${blank}`,
      );
  }
}
