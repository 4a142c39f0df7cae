import type { ComputeType } from '../../../core/dtype';
import { kernelType, type PlainKernel } from '../../../kernels/kernels';
import { calledFunctions, intText } from './functions';
import type { Mode } from '../modes/gpu-js';
import type { NumberView } from './positions';
import { printGather } from './print-gather';
import { printMap } from './print-map';
import { printMatmul } from './print-matmul';
import { printPlace } from './print-place';
import { printReduce } from './print-reduce';
import { printScatterAdd } from './print-scatter-add';
import type { ScalarFunction } from './scalar-function';
import { Writer } from './writer';

/** A kernel as gpu.js takes it: a function of the inputs' buffers a0, a1, ..., the views' offsets o0, o1, ... and numbers. */
export interface Source {
  readonly text: string;
  /** The names of its arguments: the buffers, the offsets, then the numbers. */
  readonly buffers: readonly string[];
  readonly offsets: readonly string[];
  readonly numbers: readonly { readonly name: string; readonly type: ComputeType }[];
  readonly functions: readonly ScalarFunction[];
}

/** Prints what computes element `x`, and gives the text of its value. */
type Print<K extends PlainKernel> = (kernel: K, x: string, writer: Writer) => string;

const printers: { [K in PlainKernel['kind']]: Print<Extract<PlainKernel, { kind: K }>> } = {
  map: printMap,
  reduce: printReduce,
  matmul: printMatmul,
  gather: printGather,
  scatterAdd: printScatterAdd,
  place: printPlace,
};

/** `isNumber` tells which inputs are single numbers that come as arguments. */
export function printKernel(kernel: PlainKernel, mode: Mode, isNumber: readonly boolean[] = []): Source {
  const positions = [...kernel.inputs.keys()];
  const buffers = positions.filter((k) => !isNumber[k]).map((k) => `a${k}`);
  const offsets = positions.map((k) => `o${k}`);
  const numbers = positions.filter((k) => isNumber[k]).map((k) => ({ name: `n${k}`, type: kernel.inputs[k].dtype }));
  const inputs = kernel.inputs.map((view, k): NumberView => ({ ...view, isNumber: isNumber[k] }));
  const names = [...buffers, ...offsets, ...numbers.map(({ name }) => name)];
  const text = `function (${names.join(', ')}) {\n${printBody({ ...kernel, inputs } as PlainKernel, mode)}\n}`;
  return { text, buffers, offsets, numbers, functions: calledFunctions(text, mode) };
}

/** One thread computes one number: an element, or half of an int32, the high one first. */
function printBody(kernel: PlainKernel, mode: Mode): string {
  const writer = new Writer(intText(mode));
  const print = printers[kernel.kind] as Print<PlainKernel>;
  if (kernelType(kernel) === 'int32') {
    const element = writer.hold('float32', 'Math.floor(this.thread.x * 0.5)');
    const isLow = writer.hold('float32', `this.thread.x - 2 * ${element}`);
    const { read } = writer.halves(print(kernel, element, writer));
    writer.line(`return ${isLow} > 0 ? ${read.low} : ${read.high};`);
  } else writer.line(`return ${print(kernel, writer.hold('float32', 'this.thread.x'), writer)};`);
  return String(writer);
}
