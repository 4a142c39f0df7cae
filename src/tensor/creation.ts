import { allocate, dtypes, isComputeType, type ComputeType, type DType, type TypedArray } from '../core/dtype';
import { DTypeError, IndexError, ShapeError, ValueError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { checkOptions } from '../core/options';
import { checkSizes, listed, shapeOf, showShape } from '../core/shape';
import { show } from '../core/show';
import type { Node } from '../graph/node';
import { currentDevice, dataNode, scalarNode } from '../graph/recorder';
import { backendOf } from '../plan';
import * as ops from '../ops';
import type { Even, Nested, ShapeOfData } from './shapes/data';
import type { Tuple } from './shapes/shape';
import { Tensor } from './tensor';
import { wrap } from './wrap';

type Sizes = readonly number[];

export interface TensorOptions {
  /** Default: float32; int32 for Int32Array; bool for booleans and Uint8Array. */
  readonly dtype?: DType;
  readonly requiresGrad?: boolean;
  /** The device's name. Default: the current one. */
  readonly device?: string;
  /** For typed arrays: the shape they are laid out in, row-major. */
  readonly shape?: Sizes;
}

/**
 * A tensor of the given values, copied at the call.
 * @throws ShapeError where nested lists differ in length, DTypeError where a value does not fit the dtype
 * @example tensor([[1, 2], [3, 4]]).shape; // [2, 2]
 */
export function tensor<const T extends Nested | TypedArray, const S extends Sizes | undefined = undefined>(
  data: Even<T>,
  options?: TensorOptions & { readonly shape?: S },
): Tensor<S extends Sizes ? Tuple<S> : ShapeOfData<T>>;
export function tensor(data: Nested | TypedArray, options: TensorOptions = {}): Tensor {
  checkOptions('tensor', options, ['dtype', 'requiresGrad', 'device', 'shape']);
  const [dims, values] = ArrayBuffer.isView(data)
    ? [options.shape ?? [data.length], data]
    : flattened(data, options.shape);
  checkSizes(dims, 'tensor');
  const shape = shapeOf(dims);
  if (values.length !== shape.size)
    throw new ShapeError(
      `tensor: ${values.length} values do not fill shape ${showShape(dims)} of ${shape.size} elements`,
    );
  const dtype = computable('tensor', options.dtype ?? dtypeOf(values));
  if (options.device !== undefined) backendOf(options.device); // refuses what is unknown or not loaded
  const made = new Tensor(dataNode(converted(values, dtype), shape, dtype, options.device));
  if (options.requiresGrad) made.requiresGrad = true;
  return made;
}

function computable(op: string, dtype: DType): ComputeType {
  if (isComputeType(dtype)) return dtype;
  const why = dtypes.includes(dtype) ? 'is for files only' : 'is no dtype';
  throw new DTypeError(`${op}: ${dtype} ${why}; tensors are float32, int32 or bool`);
}

type Values = TypedArray | readonly (number | boolean)[];

function dtypeOf(values: Values): DType {
  if (values instanceof Int32Array) return 'int32';
  return values instanceof Uint8Array || typeof values[0] === 'boolean' ? 'bool' : 'float32';
}

function converted(values: Values, dtype: ComputeType): TypedArray {
  if (dtype === 'float32' && currentDevice() === 'reference64') return Float64Array.from(values as ArrayLike<number>);
  if (dtype === 'int32' && !(values instanceof Int32Array)) checkWhole(values);
  const array = allocate(dtype, values.length);
  if (dtype !== 'bool' && values.constructor === array.constructor) {
    array.set(values as TypedArray);
    return array;
  }
  for (let i = 0; i < values.length; i++) array[i] = dtype === 'bool' ? Number(Boolean(values[i])) : Number(values[i]);
  return array;
}

function checkWhole(values: Values): void {
  for (const value of values)
    if (!Number.isInteger(Number(value)) || Math.abs(Number(value)) > 2 ** 31)
      throw new DTypeError(`tensor: ${value} is no int32; give whole numbers or dtype 'float32'`);
}

function flattened(data: Nested, given?: readonly number[]): [readonly number[], (number | boolean)[]] {
  const dims: number[] = [];
  for (let at: Nested = data; Array.isArray(at); at = at[0] as Nested) {
    dims.push(at.length);
    if (at.length === 0) break;
  }
  const out: (number | boolean)[] = [];
  collect(data, dims, 0, out);
  return [given ?? dims, out];
}

function collect(data: Nested, dims: readonly number[], depth: number, out: (number | boolean)[]): void {
  if (!Array.isArray(data)) {
    if (depth < dims.length)
      throw new ShapeError(`tensor: a list of depth ${dims.length} holds ${String(data)} at depth ${depth}`);
    if (typeof data !== 'number' && typeof data !== 'boolean')
      throw new DTypeError(`tensor: ${String(data)} is no number`);
    out.push(data);
    return;
  }
  if (depth >= dims.length || data.length !== dims[depth])
    throw new ShapeError(
      `tensor: lists at depth ${depth} differ in length: ${dims[depth] ?? 'a number'} and ${data.length}`,
    );
  for (const item of data as readonly Nested[]) collect(item, dims, depth + 1, out);
}

export interface CreationOptions {
  readonly dtype?: ComputeType;
  readonly requiresGrad?: boolean;
}

const none: CreationOptions = {};

/** The dtype that is asked for. @throws for options that are none, which JavaScript would pass over */
function dtypeIn(op: string, options: CreationOptions, otherwise: ComputeType = 'float32'): ComputeType {
  if (options === none) return otherwise;
  checkOptions(op, options, ['dtype', 'requiresGrad']);
  return options.dtype === undefined ? otherwise : computable(op, options.dtype);
}
function leaf(made: Tensor, { requiresGrad }: CreationOptions): Tensor<any> {
  if (requiresGrad) made.requiresGrad = true;
  return made;
}
function sized(op: string, shape: readonly number[]): readonly number[] {
  checkSizes(listed(op, 'a shape', shape), op);
  return shape;
}

/** Every element `value`. torch.full. @example full([2, 3], 0.5); */
export function full<const S extends Sizes>(
  shape: S,
  value: number,
  options: CreationOptions = none,
): Tensor<Tuple<S>> {
  if (typeof value !== 'number' && typeof value !== 'boolean')
    throw new DTypeError(`full: takes a shape and a number, full([2, 3], 0.5), not ${show(value)}`);
  return leaf(wrap(ops.full(value, sized('full', shape), dtypeIn('full', options))), options);
}
/** Every element 0. torch.zeros. @example zeros([2, 3]); */
export function zeros<const S extends Sizes>(shape: S, options: CreationOptions = none): Tensor<Tuple<S>> {
  return leaf(wrap(ops.full(0, sized('zeros', shape), dtypeIn('zeros', options))), options);
}
/** Every element 1. torch.ones. */
export function ones<const S extends Sizes>(shape: S, options: CreationOptions = none): Tensor<Tuple<S>> {
  return leaf(wrap(ops.full(1, sized('ones', shape), dtypeIn('ones', options))), options);
}
/** Uniform on [0, 1), from the seed that `manualSeed` sets. torch.rand. */
export function rand<const S extends Sizes>(shape: S, options: CreationOptions = none): Tensor<Tuple<S>> {
  return leaf(wrap(drawn('rand', 'uniform', shape, options)), options);
}
/** Standard normal, from the seed that `manualSeed` sets. torch.randn. */
export function randn<const S extends Sizes>(shape: S, options: CreationOptions = none): Tensor<Tuple<S>> {
  return leaf(wrap(drawn('randn', 'normal', shape, options)), options);
}

function drawn(op: string, kind: 'uniform' | 'normal', shape: readonly number[], options: CreationOptions): Node {
  const sizes = sized(op, shape);
  const dtype = dtypeIn(op, options);
  if (dtype !== 'float32') throw new DTypeError(`${op}: draws are float32, not ${dtype}; convert them, .mul(10).int()`);
  return ops.random(kind, sizes);
}

/**
 * start, start + step, ... before end; int32 where all three are whole. `arange(n)` counts from 0. torch.arange.
 * @throws ValueError where steps lead away from the end, or are 0
 * @example arange(5, 0, -2); // [5, 3, 1]
 */
export function arange(start: number, end?: number, step = 1, options: CreationOptions = none): Tensor<[number]> {
  const [from, to] = end === undefined ? [0, start] : [start, end];
  const count = Math.ceil((to - from) / step);
  if (!Number.isFinite(count)) throw new ValueError(`arange: from ${from} to ${to} by ${step} never ends`);
  if ((to - from) / step < 0)
    throw new ValueError(
      `arange: steps of ${step} from ${from} lead away from ${to}; ` +
        `give a ${step > 0 ? 'negative' : 'positive'} step, or an end ${step > 0 ? 'of at least' : 'of at most'} ${from}`,
    );
  const whole = [from, to, step].every(Number.isInteger);
  const dtype = dtypeIn('arange', options, whole ? 'int32' : 'float32');
  const [first, by] = [from, step].map((value) => scalarNode(value, dtype === 'int32' ? 'int32' : 'float32'));
  return leaf(wrap(ops.cast(ops.arange(first, by, Math.abs(count)), dtype)), options);
}

/** The identity matrix, or its first m columns. */
export function eye<N extends number, M extends number = N>(
  n: N,
  m: N | M = n,
  options: CreationOptions = none,
): Tensor<[N, M]> {
  checkSizes([n, m], 'eye');
  return leaf(wrap(ops.cast(ops.eye(n, m), dtypeIn('eye', options))), options);
}

/** `steps` values evenly spaced from start to end, both included. */
export function linspace<N extends number>(
  start: number,
  end: number,
  steps: N,
  options: CreationOptions = none,
): Tensor<[N]> {
  if (!Number.isInteger(steps) || steps < 0)
    throw new IndexError(`linspace: steps must be a whole number of at least 0, not ${steps}`);
  const values = Array.from({ length: steps }, (_, i) =>
    steps === 1 ? start : start + ((end - start) * i) / (steps - 1),
  );
  const made = tensor(new Float32Array(values), { shape: [steps] });
  return leaf(wrap(ops.cast(made.node, dtypeIn('linspace', options))), options);
}

/** A constant copy made outside of autograd; for initialisers. */
export function constantLike(x: Tensor, value: number): Tensor {
  return withGradMode(false, () => full(x.shape, value));
}
