import type { MatmulKernel } from '../../../kernels/kernels';
import { product } from '../../../core/shape';
import { jointAxes, single, type Axis } from '../../../kernels/axes';
import { productAxes, type Walk } from '../../../kernels/products';
import { enoughThreads, type Formulation } from './formulations';
import { along, elementPositions, load, position } from './positions';
import { printTotals } from './print-fold';
import type { Writer } from './writer';

const still = ({ dims }: Walk): number[] => dims.map(() => 0);

/**
 * A sum over k of products: a stands still along the columns of the result, b along its rows. Where a thread has several
 * results, `x` is the first of them, and the text is a list.
 */
export function printMatmul(kernel: MatmulKernel, x: string, writer: Writer, formulation: Formulation): string {
  const { dims, inputs } = kernel;
  const { batch, rows, columns, depth } = productAxes(kernel);
  const left = [...batch[0].strides, ...rows.strides, ...still(columns)];
  const right = [...batch[1].strides, ...still(rows), ...columns.strides];
  const starts = elementPositions(dims, [left, right], x, writer);
  const joint = jointAxes(depth[0].dims, depth.map(({ strides }) => strides)); // prettier-ignore
  const { steps, walked } = inSteps(joint.length > 0 ? joint : [single(2)], formulation.products);
  const count = resultsAThread(kernel, formulation);
  const next = count > 1 ? columns.strides.at(-1)! : 0;
  const values = (at: readonly string[]) => {
    const places = inputs.map((_, k) => position(starts[k], at, along(walked, k)));
    const factor = (k: number, offset: number) =>
      load(writer, k, inputs[k], offset === 0 ? places[k] : `${places[k]} + (${offset})`);
    const lefts = steps.map(([offset]) => (count > 1 ? writer.hold('float32', factor(0, offset)) : factor(0, offset)));
    const products = (i: number) => lefts.map((a, step) => `${a} * ${factor(1, steps[step][1] + i * next)}`);
    return Array.from({ length: count }, (_, i) => added[formulation.adding](products(i)));
  };
  const totals = printTotals({ fold: 'sum', type: 'float32', axes: walked, values, count }, writer);
  return count > 1 ? `[${totals.join(', ')}]` : totals[0];
}

/** What is added to a total; without parentheses the total is the first to be added to. */
const added: Readonly<Record<Formulation['adding'], (products: readonly string[]) => string>> = {
  'one by one': (products) => products.join(' + '),
  sum: (products) => `(${products.join(' + ')})`,
  'sums of two': inPairs,
};

function inPairs(products: readonly string[]): string {
  if (products.length === 1) return products[0];
  const half = Math.ceil(products.length / 2);
  return `(${inPairs(products.slice(0, half))} + ${inPairs(products.slice(half))})`;
}

/** How many neighbours one thread computes: 4, 2 or 1, which lie in one row. */
export function resultsAThread({ dims, columns }: MatmulKernel, { results }: Formulation): number {
  if (columns === 0) return 1;
  const most = product(dims) / enoughThreads;
  let count = results;
  while (count > 1 && (count > most || dims.at(-1)! % count !== 0)) count /= 2;
  return count;
}

/** The axes with fewer steps along the last ones, and how far apart in each factor the products of one step lie. */
function inSteps(axes: readonly Axis[], most: number): { walked: readonly Axis[]; steps: number[][] } {
  const before = axes.slice(0, -1);
  const { size, strides } = axes.at(-1)!;
  const own = largestDivisor(size, most);
  const steps = Array.from({ length: own }, (_, i) => strides.map((stride) => stride * i));
  const rest = { size: size / own, strides: strides.map((stride) => stride * own) };
  if (rest.size !== 1 || before.length === 0) return { walked: [...before, rest], steps };
  // the whole axis is in one step: so may be some of the axis before it
  const outer = inSteps(before, Math.floor(most / own));
  const all = outer.steps.flatMap((from) => steps.map((step) => step.map((offset, k) => from[k] + offset)));
  return { walked: outer.walked, steps: all };
}

function largestDivisor(size: number, most: number): number {
  let divisor = Math.max(1, Math.min(size, most));
  while (size % divisor !== 0) divisor--;
  return divisor;
}
