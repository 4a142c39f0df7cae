import type { TypedArray } from '../core/dtype';
import type { Tensor } from './tensor';
import { currentDevice } from '../graph/recorder';
import { read } from './evaluation';

const perAxis = 6; // elements of an axis shown before the middle is left out
const limit = 1000; // elements up to which all are shown, as in PyTorch

/** `Parameter [2, 2] float32 [[1, 2], [3, 4]]`: what console.log shows. */
export function inspectTensor(t: Tensor): string {
  const kind = kindOf(t);
  const extra = (t.requiresGrad ? ', requiresGrad' : '') + (t.device === currentDevice() ? '' : `, ${t.device}`);
  const head = `${kind} [${t.shape.join(', ')}] ${t.dtype}${extra}`;
  if (t.shape.includes('?' as never)) return `${head} (no value before the first forward)`;
  return `${head} ${show(read(t.node), t.shape, t.size > limit, '')}`;
}

function kindOf(t: Tensor): string {
  if (Symbol.for('decograd:parameter') in t) return 'Parameter';
  return Symbol.for('decograd:buffer') in t ? 'Buffer' : 'Tensor';
}

function show(values: TypedArray, shape: readonly number[], shorten: boolean, indent: string): string {
  if (shape.length === 0) return number(values[0]);
  const size = shape[0];
  const step = size === 0 ? 0 : values.length / size;
  const at = (i: number) => show(values.subarray(i * step, (i + 1) * step), shape.slice(1), shorten, `${indent} `);
  const all = Array.from({ length: size }, (_, i) => i);
  const picked = shorten && size > perAxis ? [...all.slice(0, 3), -1, ...all.slice(-3)] : all;
  const separator = shape.length > 1 ? `,\n${indent} ` : ', ';
  return `[${picked.map((i) => (i < 0 ? '...' : at(i))).join(separator)}]`;
}

function number(x: number): string {
  return Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(5)));
}
