import { stridesOf } from '../../core/shape';
import { approximate } from '../../expr/approximation';
import { topological } from '../../expr/expr';
import { jointAxes, single, type Axis } from '../../kernels/axes';
import type { LoopKernel } from '../../kernels/kernels';
import { FunctionBuilder } from './function-builder';
import { advance, loadLanes, storeLanes, walk } from './loops';
import { Reduction } from './reduction';
import { positionsFrom, VectorPrinter } from './vector-expression';

/** A function of pointers to the folds' results, the stores' buffers, and the inputs. */
export function loopFunction(kernel: LoopKernel): FunctionBuilder {
  const { folds, stores, inputs } = kernel;
  const f = new FunctionBuilder([...folds, ...stores, ...inputs].map(() => 'i32' as const));
  if (folds.length > 0) new Reduction(f, kernel).print();
  else new Rows(f, kernel).print();
  return f;
}

/** A loop without folds. The innermost takes four elements at a time, then those that are left over. */
class Rows {
  readonly #pointers: readonly number[];
  readonly #inputs: readonly number[];
  readonly #printer: VectorPrinter;
  readonly #start: number | undefined;
  readonly #outer: readonly Axis[];
  readonly #axis: Axis;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly kernel: LoopKernel,
  ) {
    const { dims, stores, inputs } = kernel;
    const operands = [...stores, ...inputs].map(({ strides }) => strides);
    const axes = jointAxes(dims, operands);
    this.#axis = axes.pop() ?? single(operands.length);
    this.#outer = axes;
    this.#pointers = operands.map((_, k) => k);
    this.#inputs = inputs.map(() => f.local('v128'));
    const exprs = stores.map(({ expr }) => approximate(expr));
    this.#printer = new VectorPrinter(f, exprs);
    const usesIndex = topological(exprs).some((e) => e.op === 'index');
    if (usesIndex && stridesOf(dims).some((stride, i) => dims[i] > 1 && stride !== operands[0][i]))
      throw new Error('positions are printed of row-major results only');
    this.#start = usesIndex ? f.local('i32') : undefined;
  }

  print(): void {
    const { f } = this;
    this.#printer.hoist();
    if (this.#start !== undefined) f.get(0).set(this.#start);
    walk(f, this.#outer, this.#pointers, () => this.#row());
  }

  #row(): void {
    const { f } = this;
    const [full, rest] = [Math.floor(this.#axis.size / 4), this.#axis.size % 4];
    this.#load((stride) => stride === 0, 4); // the same for the whole row
    f.times(full, () => {
      this.#elements(4);
      advance(f, this.#pointers, this.#axis, 4);
    });
    if (rest > 0) this.#elements(rest);
    advance(f, this.#pointers, this.#axis, -4 * full);
  }

  #load(which: (stride: number) => boolean, count: number): void {
    const first = this.kernel.stores.length;
    this.#inputs.forEach((local, k) => {
      const stride = this.#axis.strides[first + k];
      if (which(stride)) loadLanes(this.f, local, this.#pointers[first + k], stride, count);
    });
  }

  #elements(count: number): void {
    const { f } = this;
    this.#load((stride) => stride !== 0, count);
    this.#printer.print({ inputs: this.#inputs, index: this.#index() }, (k) => {
      const value = f.local('v128');
      f.set(value);
      storeLanes(f, value, this.#pointers[k], this.#axis.size === 1 ? 1 : this.#axis.strides[k], count);
    });
  }

  /** The first result is row-major where positions are asked for, so its pointer tells them. */
  #index(): number | undefined {
    if (this.#start === undefined) return undefined;
    const position = this.f.local('i32');
    this.f.get(0).get(this.#start).op('i32.sub').i32(2).op('i32.shr_u').set(position);
    return positionsFrom(this.f, position);
  }
}
