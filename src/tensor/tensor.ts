import { allocate, computeType, type ComputeType, type DType, type TypedArray } from '../core/dtype';
import { DTypeError, GradientError, ShapeError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { dataNode } from '../graph/recorder';
import { backendNames } from '../plan';
import * as ops from '../ops';
import { backward } from './autograd';
import { evaluate, evaluateNodes, read } from './evaluation';
import { inspectTensor } from './inspect';
import { Operations } from './operations';
import { isTensor, nodeOf, setTensorClass, wrap } from './wrap';

export type NestedNumbers = number | NestedNumbers[];

declare const shapeOfTensor: unique symbol;

/**
 * A multi-dimensional array whose value is computed when it is needed. Operations record; `backward`, `step`, the end of
 * an outermost forward without gradients, and reads evaluate.
 * @example const x = tensor([[1, 2], [3, 4]]); console.log(await x.matmul(x).toArray()); // [[7, 10], [15, 22]]
 */
export class Tensor<S extends readonly unknown[] = readonly unknown[]> extends Operations {
  /** Exists for the type checker only. */
  declare readonly [shapeOfTensor]?: S;
  #node: Node;
  /** The gradient that `backward` accumulated, or null. */
  grad: Tensor | null = null;
  /** What errors call it: its path or `Class.field`. */
  label: string | undefined = undefined;

  constructor(node: Node) {
    super();
    this.#node = node;
    Object.defineProperty(this, Symbol.for('decograd:tensor'), { value: true });
  }

  get node(): Node {
    return this.#node;
  }
  protected set version(node: Node) {
    this.#node = node;
  }
  get shape(): readonly number[] {
    return this.#node.shape;
  }
  get dtype(): DType {
    return this.#node.dtype;
  }
  get device(): string {
    return this.#node.device;
  }
  /** The number of elements. */
  get size(): number {
    return this.#node.shape.size;
  }
  /** Whether gradients flow into or through this tensor. Settable on tensors that no operation made. */
  get requiresGrad(): boolean {
    return this.#node.requiresGrad;
  }
  set requiresGrad(flag: boolean) {
    if (this.#node.inputs.length > 0 && this.#node.owner === null && !this.#node.deferred)
      throw new GradientError('requiresGrad can be set on leaf tensors only; use detach() to cut a computed one off');
    this.makeLeaf(flag);
  }

  /** Makes the current value a leaf of autograd whose gradient collects here. */
  protected makeLeaf(requiresGrad: boolean): void {
    if (requiresGrad && this.dtype !== 'float32')
      throw new DTypeError(
        `${this.label ?? 'requiresGrad'}: only float32 tensors have gradients, not ${this.dtype}; call .float() first`,
      );
    this.#node.owner = this;
    this.#node.requiresGrad = requiresGrad;
  }

  /**
   * Computes the gradients of this scalar with respect to every leaf it was made of and adds them to their `.grad`.
   * @param gradient the gradient of this tensor, needed where it is no scalar
   */
  backward(gradient?: Tensor, options: { retainGraph?: boolean } = {}): void {
    backward(this as Tensor, gradient, options);
  }

  /** The values in row-major order, as a copy. */
  async data(): Promise<TypedArray> {
    const node = this.#node;
    node.keep = node.pinned = true;
    await Promise.resolve(); // so that a read between forward and backward does not split them
    node.pinned = false;
    return read(node);
  }
  /** The value of a tensor of one element. */
  async item(): Promise<number> {
    this.checkSingle('item');
    return (await this.data())[0]!;
  }
  /** The values as nested arrays (a number for a scalar). */
  async toArray(): Promise<NestedNumbers> {
    return nest(await this.data(), this.shape);
  }
  /** `data()` at once; CPU devices only. */
  dataSync(): TypedArray {
    return read(this.#node);
  }
  /** `item()` at once; CPU devices only. */
  itemSync(): number {
    this.checkSingle('itemSync');
    return this.dataSync()[0]!;
  }
  private checkSingle(method: string): void {
    if (this.size !== 1)
      throw new ShapeError(`${method}: needs one element, ${showShape(this.shape)} has ${this.size}`);
  }

  /** Names this value as one to be kept: readable for good, whatever happens to the parameters it was made of. */
  keep(): this {
    this.#node.keep = this.#node.pinned = true;
    return this;
  }

  /** Gives this tensor a new value of the same shape, from now on; what was recorded before keeps the old one. */
  assign(value: Tensor | number): this {
    const given = typeof value === 'number' ? ops.full(value, this.shape, this.#node.dtype) : nodeOf(value);
    if (given.shape !== this.#node.shape)
      throw new ShapeError(
        `assign: ${this.label ?? 'the tensor'} is ${showShape(this.shape)}, the value ${showShape(given.shape)}`,
      );
    this.install(withGradMode(false, () => ops.alias(ops.cast(given, this.#node.dtype))));
    return this;
  }
  /** Makes `node` the current version. */
  protected install(node: Node): void {
    const old = this.#node;
    node.owner = old.owner;
    node.requiresGrad = old.owner !== null && old.requiresGrad;
    this.#node = node;
  }

  /** The tensor in another dtype, or on another device. */
  override to(target: DType | (string & {})): Tensor {
    if (target === this.device) return this as Tensor;
    if (!backendNames.includes(target)) return wrap(ops.cast(this.#node, computeType(target as DType, 'to')));
    evaluateNodes(this.device, [this.#node]);
    return wrap(dataNode(read(this.#node), this.#node.shape, this.#node.dtype, target));
  }

  override toString(): string {
    return inspectTensor(this as Tensor);
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return inspectTensor(this as Tensor);
  }
}

setTensorClass((node) => new Tensor(node));

/** A value that lives in the engine's memory and changes by versions: what buffers and optimizer state are. */
export class Buffer<S extends readonly unknown[] = readonly unknown[]> extends Tensor<S> {
  constructor(value: Tensor) {
    super(ownCopy(nodeOf(value)));
    Object.defineProperty(this, Symbol.for('decograd:buffer'), { value: true });
    this.node.resident = true;
  }
  protected override install(node: Node): void {
    node.resident = true;
    node.replaces = this.node;
    node.label = this.label ?? 'a buffer';
    super.install(node);
  }
}

/** Called with every parameter that is made: the module layer notes whose it is. */
let created: (parameter: Parameter) => void = () => undefined;
export function setCreationHook(fn: (parameter: Parameter) => void): void {
  created = fn;
}

/**
 * A tensor that is trained: it collects gradients, and optimizers update it. As PyTorch's nn.Parameter.
 * @example const weight = new Parameter(randn([3, 4]));
 */
export class Parameter<S extends readonly unknown[] = readonly unknown[]> extends Tensor<S> {
  constructor(value: Tensor, { requiresGrad = true }: { requiresGrad?: boolean } = {}) {
    super(ownCopy(nodeOf(value)));
    Object.defineProperty(this, Symbol.for('decograd:parameter'), { value: true });
    this.makeLeaf(requiresGrad);
    this.node.resident = true;
    created(this as Parameter);
  }
  protected override install(node: Node): void {
    node.resident = true;
    node.replaces = this.node;
    node.label = this.label ?? 'a parameter';
    super.install(node);
  }
}

/** A node of one's own with the same value; data at hand is shared, since nobody writes to it. */
function ownCopy(node: Node): Node {
  if (node.cell?.data) return dataNode(node.cell.data, node.shape, node.dtype, node.device);
  return withGradMode(false, () => ops.alias(node));
}

const branded = (brand: string) => {
  const key = Symbol.for(brand);
  return (x: unknown): boolean => isTensor(x) && key in x;
};
const hasParameterBrand = branded('decograd:parameter');
const hasBufferBrand = branded('decograd:buffer');
export function isParameter(x: unknown): x is Parameter {
  return hasParameterBrand(x);
}
export function isBuffer(x: unknown): x is Buffer {
  return hasBufferBrand(x);
}

/** Gives every target its new value and computes them together: all of them, or none. */
export function commit(pairs: readonly (readonly [Tensor, Tensor])[]): void {
  for (const [target, value] of pairs) target.assign(value);
  evaluate(pairs.map(([target]) => target));
}

function nest(values: TypedArray, shape: readonly number[]): NestedNumbers {
  if (shape.length === 0) return values[0]!;
  const step = values.length / (shape[0]! || 1);
  return Array.from({ length: shape[0]! }, (_, i) => nest(values.subarray(i * step, (i + 1) * step), shape.slice(1)));
}

/** A zeroed array of the dtype. */
export const emptyArray = (dtype: ComputeType, size: number) => allocate(dtype, size);
