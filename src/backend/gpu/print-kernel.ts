import { kernelType, type PlainKernel } from '../../kernels/kernels';
import { calledFunctions, type ScalarFunction } from './functions';
import { printGather } from './print-gather';
import { printMap } from './print-map';
import { printMatmul } from './print-matmul';
import { printPlace } from './print-place';
import { printReduce } from './print-reduce';
import { printScatterAdd } from './print-scatter-add';
import { Writer } from './writer';

/** A kernel as gpu.js takes it: a function of the inputs' buffers a0, a1, ... and the views' offsets o0, o1, ... */
export interface Source {
  readonly text: string;
  /** The names of its arguments: the buffers, then the offsets. */
  readonly buffers: readonly string[];
  readonly offsets: readonly string[];
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

export function printKernel(kernel: PlainKernel): Source {
  const buffers = kernel.inputs.map((_, k) => `a${k}`);
  const offsets = kernel.inputs.map((_, k) => `o${k}`);
  const text = `function (${[...buffers, ...offsets].join(', ')}) {\n${printBody(kernel)}\n}`;
  return { text, buffers, offsets, functions: calledFunctions(text) };
}

/** One thread computes one number: an element, or half of an int32, the high one first. */
function printBody(kernel: PlainKernel): string {
  const writer = new Writer();
  const print = printers[kernel.kind] as Print<PlainKernel>;
  if (kernelType(kernel) === 'int32') {
    const value = print(kernel, writer.hold('float32', 'this.thread.x >> 1'), writer);
    const shift = writer.hold('float32', '(this.thread.x & 1) > 0 ? 0 : 16');
    writer.line(`return (${value} >>> ${shift}) & 65535;`);
  } else writer.line(`return ${print(kernel, writer.hold('float32', 'this.thread.x'), writer)};`);
  return String(writer);
}
