import type { ComputeType } from '../../../core/dtype';
import { kernelType, type PlainKernel } from '../../../kernels/kernels';
import { calledFunctions, intText } from './functions';
import { formulations, type Formulation } from './formulations';
import type { Mode } from '../modes/gpu-js';
import type { NumberView } from './positions';
import { printGather } from './print-gather';
import { printMap } from './print-map';
import { printMatmul, resultsAThread } from './print-matmul';
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
  /** How many neighbouring numbers one thread computes. */
  readonly results: number;
}

/** Prints what computes element `x`, and gives the text of its value. */
type Print<K extends PlainKernel> = (kernel: K, x: string, writer: Writer, formulation: Formulation) => string;

const printers: { [K in PlainKernel['kind']]: Print<Extract<PlainKernel, { kind: K }>> } = {
  map: printMap,
  reduce: printReduce,
  matmul: printMatmul,
  gather: printGather,
  scatterAdd: printScatterAdd,
  place: printPlace,
};

/** `isNumber` tells which inputs are single numbers that come as arguments; products are computed by the formulation. */
export function printKernel(
  kernel: PlainKernel,
  mode: Mode,
  isNumber: readonly boolean[] = [],
  formulation = formulations[mode],
): Source {
  const positions = [...kernel.inputs.keys()];
  const buffers = positions.filter((k) => !isNumber[k]).map((k) => `a${k}`);
  const offsets = positions.map((k) => `o${k}`);
  const numbers = positions.filter((k) => isNumber[k]).map((k) => ({ name: `n${k}`, type: kernel.inputs[k].dtype }));
  const inputs = kernel.inputs.map((view, k): NumberView => ({ ...view, isNumber: isNumber[k] }));
  const names = [...buffers, ...offsets, ...numbers.map(({ name }) => name)];
  const results = kernel.kind === 'matmul' ? resultsAThread(kernel, formulation) : 1;
  const body = printBody({ ...kernel, inputs } as PlainKernel, mode, formulation, results);
  const text = `function (${names.join(', ')}) {\n${body}\n}`;
  return { text, buffers, offsets, numbers, functions: calledFunctions(text, mode), results };
}

/** One thread computes one number, an element or half of an int32, the high one first, or several elements of a product. */
function printBody(kernel: PlainKernel, mode: Mode, formulation: Formulation, results: number): string {
  const writer = new Writer(intText(mode));
  const print = printers[kernel.kind] as Print<PlainKernel>;
  if (kernelType(kernel) === 'int32') {
    const element = writer.hold('float32', 'Math.floor(this.thread.x * 0.5)');
    const isLow = writer.hold('float32', `this.thread.x - 2 * ${element}`);
    const { read } = writer.halves(print(kernel, element, writer, formulation));
    writer.line(`return ${isLow} > 0 ? ${read.low} : ${read.high};`);
  } else {
    const first = writer.hold('float32', results > 1 ? `this.thread.x * ${results}` : 'this.thread.x');
    writer.line(`return ${print(kernel, first, writer, formulation)};`);
  }
  return String(writer);
}
