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
  return fold === 'argmax' || fold === 'argmin' ? printExtremeAt(folded, writer) : printTotal(folded, fold, writer);
}

function start({ fold, type }: Folded, writer: Writer): string {
  const value = starts[fold];
  return writer.literal(type, type === 'int32' ? Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value)) : value);
}

/** Every loop has a total of its own: a float32 sum of many numbers loses little where it adds sums of few. */
function printTotal(folded: Folded, fold: Combining, writer: Writer): string {
  const combine = (folded.type === 'int32' ? intCombine(writer.ints) : floatCombine)[fold];
  const totals: Variable[] = [];
  const open = () => void totals.push(writer.variable(folded.type, start(folded, writer)));
  const isHeld = folded.type === 'int32' && !writer.ints.nests;
  const take = (text: string) =>
    totals.at(-1)!.set(combine(totals.at(-1)!.read, isHeld ? writer.hold('int32', text) : text));
  open();
  printLoops(folded.axes, writer, {
    body: (at) => take(folded.value(at)),
    open,
    close: () => take(totals.pop()!.read),
  });
  return totals[0].read;
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
