import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';
import { isTensor } from '../tensor';
import { firstSize } from './nested-tensors';

/** How many samples it has. @throws ValueError for what is no pair of input and target */
export function checkedSize(where: string, batch: unknown): number {
  if (!Array.isArray(batch) || batch.length !== 2)
    throw new ValueError(`${where} is ${describe(batch)}; a batch is [input, target]: map your data to such pairs`);
  const [input, target] = batch as [unknown, unknown];
  if (isNumbers(input) || isNumbers(target))
    throw new ValueError(
      `${where}: its ${isNumbers(input) ? 'input' : 'target'} is a plain list; make it a tensor, such as tensor([[1, 2], [3, 4]])`,
    );
  return firstSize(target) ?? firstSize(input) ?? 1;
}

function describe(batch: unknown): string {
  if (isTensor(batch)) return 'one tensor';
  return Array.isArray(batch) ? `a list of ${batch.length}` : show(batch);
}

/** Whether it is a list of numbers, or of such lists. */
export function isNumbers(value: unknown): boolean {
  let first = value;
  while (Array.isArray(first)) first = first[0] as unknown;
  return value !== first && typeof first === 'number';
}
