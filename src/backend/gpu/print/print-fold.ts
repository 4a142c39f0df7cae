import type { Axis } from '../../../kernels/axes';
import type { ComputeType } from '../../../core/dtype';
import type { Fold } from '../../../kernels/kernels';
import type { IntText } from './int-text';
import { printLoops } from './print-loops';
import type { Variable, Writer } from './writer';

/** What is folded over the axes: `value` prints the value at coordinates along them. */
export interface Folded {
  readonly fold: Fold;
  readonly type: ComputeType;
  readonly axes: readonly Axis[];
  value(at: readonly string[]): string;
}

type Combining = Exclude<Fold, 'argmax' | 'argmin'>;
type Combine = (a: string, b: string) => string;

const floatCombine: Record<Combining, Combine> = {
  sum: (a, b) => `${a} + ${b}`,
  prod: (a, b) => `${a} * ${b}`,
  max: (a, b) => `larger(${a}, ${b})`,
  min: (a, b) => `smaller(${a}, ${b})`,
};
const intCombine = (ints: IntText): Record<Combining, Combine> => ({
  sum: (a, b) => ints.wrap(`${a} + ${b}`),
  prod: (a, b) => `intMultiply(${a}, ${b})`,
  max: (a, b) => `intMax(${a}, ${b})`,
  min: (a, b) => `intMin(${a}, ${b})`,
});
const starts: Record<Fold, number> = {
  sum: 0,
  prod: 1,
  max: -Infinity,
  min: Infinity,
  argmax: -Infinity,
  argmin: Infinity,
};

/** Prints the loops; the result is the text of the folded value, or of the position for argmax and argmin. */
export function printFold(folded: Folded, writer: Writer): string {
  const { fold } = folded;
  return fold === 'argmax' || fold === 'argmin'
    ? printExtremeAt(folded, writer)
    : printTotals({ ...folded, fold, count: 1, values: (at) => [folded.value(at)] }, writer)[0];
}

function start({ fold, type }: Pick<Folded, 'fold' | 'type'>, writer: Writer): string {
  const value = starts[fold];
  return writer.literal(type, type === 'int32' ? Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)) : value);
}

/** What several folds over the same axes are made of: `values` prints a value of each. */
export interface Folds extends Omit<Folded, 'value' | 'fold'> {
  readonly fold: Combining;
  readonly count: number;
  values(at: readonly string[]): readonly string[];
}

/** Every loop has totals of its own: a float32 sum of many numbers loses little where it adds sums of few. */
export function printTotals(folds: Folds, writer: Writer): string[] {
  const { type, fold, axes, count } = folds;
  const combine = (type === 'int32' ? intCombine(writer.ints) : floatCombine)[fold];
  const totals: Variable[][] = [];
  const open = () => void totals.push(Array.from({ length: count }, () => writer.variable(type, start(folds, writer))));
  const isHeld = type === 'int32' && !writer.ints.nests;
  const take = (texts: readonly string[]) =>
    texts.forEach((text, i) => {
      const total = totals.at(-1)![i];
      total.set(combine(total.read, isHeld ? writer.hold('int32', text) : text));
    });
  open();
  printLoops(axes, writer, {
    body: (at) => take(folds.values(at)),
    open,
    close: () => take(totals.pop()!.map(({ read }) => read)),
  });
  return totals[0].map(({ read }) => read);
}

/** The first extreme; NaN counts as one, and nothing beats it. */
function printExtremeAt(folded: Folded, writer: Writer): string {
  const { fold, type, axes } = folded;
  const best = writer.variable(type, start(folded, writer));
  const found = writer.variable('float32', '0');
  const body = (at: readonly string[]) => {
    const value = writer.hold(type, folded.value(at));
    const beats = `${value} ${fold === 'argmax' ? '>' : '<'} ${best.read}`;
    const isFirstNaN = `(isNotANumber(${value}) > isNotANumber(${best.read}))`;
    writer.block(`if (${type === 'int32' ? beats : `${beats} || ${isFirstNaN}`})`, () => {
      best.set(value);
      found.set(flat(axes, at));
    });
  };
  printLoops(axes, writer, { body });
  return found.read;
}

/** The row-major position of coordinates along the axes. */
export function flat(axes: readonly Axis[], at: readonly string[]): string {
  return at.reduce((text, c, i) => (i === 0 ? c : `(${text}) * ${axes[i].size} + ${c}`), '0');
}
