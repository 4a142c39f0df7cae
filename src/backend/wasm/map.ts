import { stridesOf } from '../../core/shape';
import type { Expr } from '../../expr/expr';
import type { View } from '../../kernels/kernels';
import { FunctionBuilder } from './function-builder';
import { advance, jointAxes, loadLanes, single, storeLanes, walk, type Axis } from './loops';
import { positionsFrom, printable, usesIndex, VectorPrinter } from './vector-expression';

/** out[i] = expr(inputs at i); `outStrides` other than row-major lays the result into a larger buffer. */
export function mapFunction(
  dims: readonly number[],
  inputs: readonly View[],
  expr: Expr,
  outStrides: readonly number[] = stridesOf(dims),
): FunctionBuilder {
  const f = new FunctionBuilder(['i32', ...inputs.map(() => 'i32' as const)]);
  const axes = jointAxes(dims, [outStrides, ...inputs.map((view) => view.strides)]);
  const inner = axes.pop() ?? single(inputs.length + 1);
  const row = new RowPrinter(f, inner, printable(expr), inputs.length);
  row.prepare();
  walk(f, axes, row.pointers, () => row.print());
  return f;
}

/** The innermost loop: four elements at a time, then those that are left over. */
class RowPrinter {
  /** Operand 0 is the output, the parameters of the function in order. */
  readonly pointers: readonly number[];
  readonly #locals: number[];
  readonly #printer: VectorPrinter;
  readonly #start: number | undefined;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly axis: Axis,
    expr: Expr,
    inputs: number,
  ) {
    this.pointers = Array.from({ length: inputs + 1 }, (_, k) => k);
    this.#locals = Array.from({ length: inputs }, () => f.local('v128'));
    this.#printer = new VectorPrinter(f, expr);
    this.#start = usesIndex(expr) ? f.local('i32') : undefined;
  }

  prepare(): void {
    this.#printer.hoist();
    if (this.#start !== undefined) this.f.get(0).set(this.#start);
  }

  print(): void {
    const { f, axis, pointers } = this;
    const [full, rest] = [Math.floor(axis.size / 4), axis.size % 4];
    this.#load((stride) => stride === 0, 4); // the same for the whole row
    f.times(full, () => {
      this.#elements(4);
      advance(f, pointers, axis, 4);
    });
    if (rest > 0) this.#elements(rest);
    advance(f, pointers, axis, -4 * full);
  }

  #load(which: (stride: number) => boolean, count: number): void {
    this.#locals.forEach((local, k) => {
      const stride = this.axis.strides[k + 1];
      if (which(stride)) loadLanes(this.f, local, this.pointers[k + 1], stride, count);
    });
  }

  #elements(count: number): void {
    const { f } = this;
    this.#load((stride) => stride !== 0, count);
    this.#printer.print({ inputs: this.#locals, index: this.#index() });
    const value = f.local('v128');
    f.set(value);
    storeLanes(f, value, 0, this.axis.size === 1 ? 1 : this.axis.strides[0], count);
  }

  /** The output is row-major where the expression asks for positions, so its pointer tells them. */
  #index(): number | undefined {
    if (this.#start === undefined) return undefined;
    const position = this.f.local('i32');
    this.f.get(0).get(this.#start).op('i32.sub').i32(2).op('i32.shr_u').set(position);
    return positionsFrom(this.f, position);
  }
}
