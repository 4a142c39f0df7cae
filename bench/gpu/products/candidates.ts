import type { Formulation } from '../../../src/backend/gpu/print/formulations';
import { spread } from '../../../src/backend/gpu/spread';
import type { PlainStep } from '../../../src/backend/plain-steps';
import { product } from '../../../src/core/shape';
import { input } from '../../../src/expr/build';
import type { MatmulKernel } from '../../../src/kernels/kernels';
import { contiguous, permuteView } from '../../../src/kernels/views';

/** A way to compute a product. */
export interface Candidate {
  readonly formulation: Formulation;
  /** Whether the right factor is copied first, so that what a thread multiplies lies together. */
  readonly turns: boolean;
}

const ways = (results: number, products: readonly number[], adding: Formulation['adding'], turns = false) =>
  products.map((count): Candidate => ({ formulation: { products: count, adding, results }, turns }));

export const candidates: readonly Candidate[] = [
  ...ways(1, [1, 2, 4, 8, 16], 'one by one'),
  ...ways(1, [4], 'sum'),
  ...ways(1, [4], 'sums of two'),
  ...ways(1, [4], 'one by one', true),
  ...ways(2, [4], 'one by one'),
  ...ways(4, [1, 2, 4, 8, 16], 'one by one'),
  ...ways(4, [4, 8], 'sum'),
  ...ways(4, [4], 'one by one', true),
];

export function nameOf({ formulation: { products, adding, results }, turns }: Candidate): string {
  const how = adding === 'one by one' || products === 1 ? '' : `, as ${adding === 'sum' ? 'a sum' : adding}`;
  return `${results} | ${products}${how}${turns ? ', the right factor turned' : ''}`;
}

/** Whether the library computes products this way, given the formulation that it has in use. */
export function isInUse({ formulation: { products, adding, results }, turns }: Candidate, used: Formulation): boolean {
  return !turns && products === used.products && adding === used.adding && results === used.results;
}

/** The steps that a device is given for the product; `add` makes a buffer of so many numbers. */
export function stepsOf({ turns }: Candidate, step: PlainStep, add: (size: number) => number): PlainStep[] {
  const [kernel, before] = turns ? turned(step, add) : [step.kernel, []];
  return [...before, ...spread({ ...step, kernel }, (_, size) => add(size))];
}

/** The product that reads a copy of its right factor, and the copy, whose last axes are the depth. */
function turned(step: PlainStep, add: (size: number) => number): [MatmulKernel, PlainStep[]] {
  const kernel = step.kernel as MatmulKernel;
  const [a, b] = kernel.inputs;
  const axes = [...b.dims.keys()];
  const [batch, columns] = [kernel.dims.length - kernel.rows - kernel.columns, axes.length - kernel.columns];
  const order = [...axes.slice(0, batch), ...axes.slice(columns), ...axes.slice(batch, columns)];
  const from = permuteView(b, order);
  const output = add(product(from.dims));
  const expr = input(0, 'float32');
  const copy = { ...step, output, kernel: { kind: 'map', dims: from.dims, inputs: [from], expr } as const };
  const back = permuteView(contiguous(output, 'float32', from.dims), axes.map((axis) => order.indexOf(axis))); // prettier-ignore
  return [{ ...kernel, inputs: [a, back] }, [copy]];
}
