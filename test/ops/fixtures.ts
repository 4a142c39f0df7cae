import { readFileSync } from 'node:fs';
import { Tensor, tensor } from 'decograd';
import * as creators from '../../src/tensor/creation';
import * as functions from '../../src/tensor/functions';

/** A tensor as test/oracle/ops.py writes it: all values in one text, and the views that the case reads it through. */
export interface Listed {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: string;
  readonly views?: readonly (readonly [string, ...unknown[]])[];
}

/** One case: an operation, its arguments in the order of the function, and what PyTorch made of them. */
export interface Sample {
  readonly op: string;
  readonly args: readonly unknown[];
  readonly out: Listed;
  /** The gradient of the output, and those of the float32 tensors among the arguments, before any view. */
  readonly upstream?: string;
  readonly grads?: readonly string[];
  /** At ties, jumps or infinities: PyTorch has a gradient there, difference quotients do not. */
  readonly kink?: boolean;
}

const families = ['elementwise', 'reductions', 'matrices', 'movement', 'indexing', 'creation'] as const;
export type Family = (typeof families)[number];
const read = (family: Family): { torch: string; cases: readonly Sample[] } =>
  JSON.parse(readFileSync(`test/fixtures/ops-${family}.json`, 'utf8'));
export const torchVersion = read('elementwise').torch;
export const samplesOf = (family: Family) => read(family).cases;
export const allSamples = families.flatMap((family) => [...samplesOf(family)]);

export const numbers = (text: string): number[] => (text === '' ? [] : text.split(' ').map(Number));
export const isListed = (x: unknown): x is Listed => typeof x === 'object' && x !== null && Object.hasOwn(x, 'values');

/** The tensors among the arguments, those in lists too, in order. */
export const tensorsOf = ({ args }: Sample): Listed[] => args.flat().filter(isListed);

/** `sum(float32[2, 3].transpose(), 1)` */
export function title({ op, args }: Sample): string {
  return `${op}(${args.map((arg) => show(arg)).join(', ')})`;
}
function show(arg: unknown): string {
  if (arg === null) return 'undefined';
  if (Array.isArray(arg)) return `[${arg.map((item) => show(item)).join(', ')}]`;
  if (!isListed(arg)) return typeof arg === 'object' ? JSON.stringify(arg) : String(arg);
  const views = (arg.views ?? []).map(([op, ...rest]) => `.${op}(${rest.map((item) => show(item)).join(', ')})`);
  return `${arg.dtype}[${arg.shape.join(', ')}]${views.join('')}`;
}

/** The tensor before its views, on the current device; floats collect gradients. */
export function leaf({ shape, dtype, values }: Listed): Tensor {
  return tensor(new Float64Array(numbers(values)), { shape, dtype, requiresGrad: dtype === 'float32' });
}

/** The arguments as values, each listed tensor being the next of `leaves` seen through its views. */
export function argumentsOf(sample: Sample, leaves: readonly Tensor[]): unknown[] {
  let next = 0;
  const value = (arg: unknown): unknown => {
    if (arg === null) return undefined;
    if (Array.isArray(arg)) return arg.map(value);
    if (isListed(arg)) return (arg.views ?? []).reduce((x, [op, ...rest]) => call(op, [x, ...rest]), leaves[next++]!);
    return typeof arg === 'string' && !Number.isNaN(Number(arg)) ? Number(arg) : arg;
  };
  return sample.args.map(value);
}

type Operation = (...args: unknown[]) => Tensor;
type Operations = Readonly<Record<string, Operation | undefined>>;
const all = { ...creators, ...functions, var: functions.variance } as unknown as Operations;
export const functionOf = (op: string) => all[op];
export const methodOf = (op: string) => (Tensor.prototype as unknown as Operations)[op];

/** The operation by its function, or by its method where it has no function (the casts). */
export function call(op: string, args: readonly unknown[]): Tensor {
  return functionOf(op) ? functionOf(op)!(...args) : callMethod(op, args);
}

/** The operation as a method of its first tensor, which for `where` is the second argument. */
export function callMethod(op: string, args: readonly unknown[]): Tensor {
  const [first, second, ...rest] = args;
  return op === 'where'
    ? methodOf(op)!.call(second as Tensor, first, ...rest)
    : methodOf(op)!.call(first as Tensor, ...args.slice(1));
}
