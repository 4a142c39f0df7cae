import { allocate, computeType, dtypes, type ComputeType, type DType, type TypedArray } from '../core/dtype';
import { DeviceError, DTypeError, GradientError, ShapeError, StateError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { checkOptions } from '../core/options';
import { shapeOf, showShape } from '../core/shape';
import { Node } from '../graph/node';
import { arrivingNode, atomically, dataNode, onDevice } from '../graph/recorder';
import { isUnclaimed, pin, standing, supersede } from '../graph/versions';
import { backendOf } from '../plan';
import * as ops from '../ops';
import { backward } from './autograd';
import { checkGradient, CollectedGradient } from './collected-gradient';
import { evaluateNodes, read, readLater } from './evaluation';
import { inspectTensor } from './inspect';
import { WithOperations } from './methods';
import { itemAtHand } from './read';
import type { Agreeing } from './shapes/agree';
import type { Operand } from './shapes/broadcast';
import type { dims, Dims, Named, shape, ShapeOf } from './shapes/shape';
import { unsized, type Unsized } from './unsized';
import { isTensor, nodeOf, setTensorClass, wrap } from './wrap';

export type NestedNumbers = number | NestedNumbers[];

/**
 * A multi-dimensional array whose value is computed when it is needed. Operations record; `backward`, `step`, the end of
 * an outermost forward without gradients, and reads evaluate.
 * @example const x = tensor([[1, 2], [3, 4]]); console.log(await x.matmul(x).toArray()); // [[7, 10], [15, 22]]
 */
export class Tensor<S extends object = any> extends WithOperations {
  /** For the type checker alone: see shapes/README.md. */
  declare readonly [shape]: Named<S>;
  declare readonly [dims]: Dims<S>;
  #node: Node;
  #unsized: Unsized | null = null;
  #gradient: CollectedGradient | null = null;
  /** What errors call it: its path or `Class.field`. */
  label: string | undefined = undefined;

  constructor(node: Node | Unsized) {
    super();
    if (!(node instanceof Node)) this.#unsized = unsized(node);
    this.#node = node instanceof Node ? node : standIn(node.dtype);
    this.#node.held = true;
  }

  /** Marks tensors of every copy of the library. */
  get [Symbol.for('decograd:tensor')](): true {
    return true;
  }

  get node(): Node {
    if (this.#unsized !== null) throw new StateError(this.#unsized.reason);
    return this.#version();
  }
  #version(): Node {
    return this.#node.undone ? (this.#node = standing(this.#node)) : this.#node;
  }
  /** The sizes; '?' stands for one that the first forward will decide. */
  get shape(): readonly number[] {
    return (this.#unsized?.sizes as readonly number[] | undefined) ?? this.#node.shape;
  }
  get dtype(): DType {
    return this.#node.dtype;
  }
  get device(): string {
    return this.#node.device;
  }
  /** The number of elements. */
  get size(): number {
    return this.node.shape.size;
  }
  /** Whether gradients flow into or through this tensor. Settable on tensors that no operation made. */
  get requiresGrad(): boolean {
    return this.#version().requiresGrad;
  }
  set requiresGrad(flag: boolean) {
    if (this.#version().owner === null && this.#node.requiresGrad)
      throw new GradientError('requiresGrad can be set on leaf tensors only; use detach() to cut a computed one off');
    this.makeLeaf(flag);
  }

  /** The gradient that `backward` accumulated, or null. */
  get grad(): Tensor<S> | null {
    return this.#gradient?.show() ?? null;
  }
  set grad(value: Tensor<S> | null) {
    if (value !== null) checkGradient(this, value);
    if (value !== null || this.#gradient !== null) this.collected.put(value);
  }
  /** What autograd and optimizers know of the gradient. */
  get collected(): CollectedGradient {
    return (this.#gradient ??= new CollectedGradient());
  }

  /** Makes the current value a leaf of autograd whose gradient collects here. */
  protected makeLeaf(requiresGrad: boolean): void {
    if (requiresGrad && this.dtype !== 'float32')
      throw new DTypeError(
        `${this.label ?? 'requiresGrad'}: only float32 tensors have gradients, not ${this.dtype}; call .float() first`,
      );
    if (this.#node.owner === null && !this.#node.resident) this.#node = ownCopy(this.#node);
    this.#node.held = true;
    this.#node.owner = this;
    this.#node.requiresGrad = requiresGrad;
    this.#node.keep ||= requiresGrad;
  }

  /**
   * Computes the gradients of this scalar with respect to every leaf it was made of and adds them to their `.grad`.
   * @param gradient the gradient of this tensor, needed where it is no scalar
   */
  backward(gradient?: Tensor, options: { retainGraph?: boolean } = {}): void {
    checkOptions('backward', options, ['retainGraph']);
    backward(this, gradient, options);
  }

  /** The values in row-major order, as a copy. */
  async data(): Promise<TypedArray> {
    return readLater(this.node);
  }
  /** The value of a tensor of one element. */
  async item(): Promise<number> {
    this.checkSingle('item');
    return itemAtHand(this) ?? (await this.data())[0];
  }
  /** The values as nested arrays (a number for a scalar). */
  async toArray(): Promise<NestedNumbers> {
    return nest(await this.data(), this.shape);
  }
  /** `data()` at once; CPU devices only. */
  dataSync(): TypedArray {
    return read(this.node);
  }
  /** `item()` at once; CPU devices only. */
  itemSync(): number {
    this.checkSingle('itemSync');
    return this.dataSync()[0];
  }
  private checkSingle(method: string): void {
    if (this.size !== 1)
      throw new ShapeError(`${method}: needs one element, ${showShape(this.shape)} has ${this.size}`);
  }

  /** Names this value as one to be kept: readable for good, whatever happens to the parameters it was made of. */
  keep<T extends Tensor>(this: T): T {
    pin(this.node);
    return this;
  }

  /** Gives this tensor a new value of the same shape, from now on; what was recorded before keeps the old one. */
  assign<T extends Tensor, U extends Operand>(this: T, value: Agreeing<'assign', T, U>): T {
    atomically(() => this.install(this.prepare(value)));
    return this;
  }
  /** Records the value that is to be assigned, for `install`. With `isGiven`, it is the value's own node where that can be. */
  prepare(value: Tensor | number, isGiven = false): Node {
    const { shape, dtype } = this.node;
    const full = (x: number) => onDevice(this.device, () => ops.full(x, shape, dtype));
    const given = typeof value === 'number' ? full(value) : nodeOf(value, undefined, 'assign');
    if (given.shape !== shape)
      throw new ShapeError(
        `assign: ${this.label ?? 'the tensor'} is ${showShape(this.shape)}, the value ${showShape(given.shape)}`,
      );
    if (given.device !== this.device)
      throw new DeviceError(
        `assign: ${this.label ?? 'the tensor'} is on ${this.device}, the value on ${given.device}; move it with .to('${this.device}')`,
      );
    const isTaken = isGiven && given.dtype === dtype && isUnclaimed(given);
    return isTaken ? given : withGradMode(false, () => ops.detach(ops.cast(given, dtype)));
  }
  /** Makes `node` the value that there is from the beginning. */
  protected begin(node: Node): void {
    node.owner = this.#node.owner;
    node.requiresGrad = this.#node.requiresGrad;
    node.resident = true;
    node.held = true;
    this.#unsized = null;
    this.#node = node;
  }
  /** Makes `node` the current version. */
  install(node: Node): void {
    const old = this.#version();
    node.owner = old.owner;
    node.requiresGrad = old.owner !== null && old.requiresGrad;
    node.keep = node.held = true;
    this.#node = node;
  }

  /** The tensor in another dtype, or on another device; what comes from a GPU needs `await evaluate(tensor)` before use. */
  to<T extends Tensor>(this: T, target: DType | (string & {})): Tensor<ShapeOf<T>> {
    if (target === this.device) return this;
    if (dtypes.includes(target as DType)) return wrap(ops.cast(this.node, computeType(target as DType, 'to')));
    return wrap(movedTo(this.node, target));
  }

  override toString(): string {
    return inspectTensor(this);
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return inspectTensor(this);
  }
}

setTensorClass((node) => new Tensor(node));

/** A value that lives in the engine's memory and changes by versions: parameters, buffers and optimizer state. */
abstract class Versioned<S extends object> extends Tensor<S> {
  constructor(value: Tensor<S> | Unsized) {
    super(isTensor(value) ? ownCopy(nodeOf(value)) : value);
    if (isTensor(value)) this.node.resident = true;
  }
  override install(node: Node): void {
    supersede(this.node, node, this.label ?? 'a parameter or buffer');
    super.install(node);
  }
  /** Gives the first value to one that was made before its sizes were known. */
  fill(value: Tensor): void {
    this.begin(ownCopy(nodeOf(value.to(this.device))));
  }
  /** Moves the value itself to another device, where `to` makes a moved copy; a gradient moves along. */
  moveTo(device: string): void {
    if (device === this.device) return;
    backendOf(device); // before anything moves: refuses what is unknown or not loaded
    if (this.shape.includes('?' as never)) return super.install(standIn(this.dtype as ComputeType, device));
    this.begin(movedTo(this.node, device));
    if (this.grad) this.grad = this.grad.to(device);
  }
}

/** State that is not trained, such as running statistics. New values are recorded with `assign`. */
export class Buffer<S extends object = any> extends Versioned<S> {
  get [Symbol.for('decograd:buffer')](): true {
    return true;
  }
}

/** Asked for every parameter that is made: the module layer says whose it is. */
let currentMaker: () => object | undefined = () => undefined;
export function setCreationHook(fn: () => object | undefined): void {
  currentMaker = fn;
}

/**
 * A tensor that is trained: it collects gradients, and optimizers update it. As PyTorch's nn.Parameter.
 * @example const weight = new Parameter(randn([3, 4]));
 */
export class Parameter<S extends object = any> extends Versioned<S> {
  readonly #maker = currentMaker();

  constructor(value: Tensor<S> | Unsized, options: { requiresGrad?: boolean } = {}) {
    checkOptions('new Parameter', options, ['requiresGrad']);
    super(value);
    this.makeLeaf(options.requiresGrad ?? true);
  }

  /** What the creation hook said when it was made. */
  get maker(): object | undefined {
    return this.#maker;
  }

  get [Symbol.for('decograd:parameter')](): true {
    return true;
  }
}

/** What stands for a value whose sizes are not known yet: it has its dtype and device. */
function standIn(dtype: ComputeType, device?: string): Node {
  return dataNode(allocate(dtype, 0), shapeOf([0]), dtype, device);
}

/** The node's value as data on another device; from a GPU it takes its time. */
function movedTo(node: Node, device: string): Node {
  backendOf(device);
  evaluateNodes(node.device, [node]);
  const later = node.cell?.resident?.readLater?.();
  if (later) return arrivingNode(later, node, device);
  return dataNode(read(node), node.shape, node.dtype, device);
}

/** A node of one's own with the same value, and an array of its own: that of a version is written over by the next. */
function ownCopy(node: Node): Node {
  if (node.cell?.data) return dataNode(node.cell.data.slice(), node.shape, node.dtype, node.device);
  return withGradMode(false, () => ops.alias(node));
}

function nest(values: TypedArray, shape: readonly number[]): NestedNumbers {
  if (shape.length === 0) return values[0];
  const step = values.length / (shape[0] || 1);
  return Array.from({ length: shape[0] }, (_, i) => nest(values.subarray(i * step, (i + 1) * step), shape.slice(1)));
}
