import { approximate } from '../../expr/approximation';
import type { GroupKernel } from '../../kernels/kernels';
import { members } from '../../kernels/parts';
import { FunctionBuilder } from './function-builder';
import { advance, advanceBy, inputLocals, inSteps, loadLanes, storeLanes, stretch } from './loops';
import { VectorPrinter } from './vector-expression';

const shift = Math.log2(stretch);

/** Every member begins a new unit. */
export const groupUnits = ({ sizes }: GroupKernel): number =>
  sizes.reduce((sum, size) => sum + Math.ceil(size / stretch), 0);

/** Groups with equal keys share one function, whatever their sizes. */
export function groupKey(kernel: GroupKernel): string {
  const [{ inputs }] = members(kernel);
  return `group|${kernel.exprs.map(({ id }) => id).join()}|${inputs.map(({ dtype, strides }) => dtype + strides.join()).join()}`;
}

/** A function of the number of members, and for each its size, the addresses of its results, and those of its inputs. */
export function groupFunction(kernel: GroupKernel): FunctionBuilder {
  return new Group(kernel).print();
}

class Group {
  readonly #f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  readonly #strides: readonly number[];
  readonly #pointers: readonly number[];
  /** Of each vector that is taken at a time. */
  readonly #inputs: readonly (readonly number[])[];
  readonly #printer: VectorPrinter;
  readonly #results: number;

  constructor(kernel: GroupKernel) {
    const f = this.#f;
    const { exprs } = kernel;
    const [{ inputs }] = members(kernel);
    this.#results = exprs.length;
    this.#strides = [...exprs.map(() => 1), ...inputs.map(({ strides }) => strides[0])];
    this.#pointers = this.#strides.map(() => f.local('i32'));
    const isSideBySide = this.#strides.every((stride) => stride === 0 || stride === 1);
    this.#printer = new VectorPrinter(f, exprs.map(approximate), isSideBySide);
    this.#inputs = inputLocals(f, inputs.map(({ strides }) => strides[0] === 0), this.#printer.vectors); // prettier-ignore
  }

  print(): FunctionBuilder {
    const f = this.#f;
    const [args, from, to] = [0, 1, 2];
    const [at, left, size, units, first, low, high] = Array.from({ length: 7 }, () => f.local('i32'));
    this.#printer.hoist();
    f.get(args).memory('i32.load').set(left);
    f.get(args).set(at).increase(at, 4);
    f.countDown(left, () => {
      f.get(at).memory('i32.load').tee(size).i32(stretch - 1).op('i32.add').i32(shift).op('i32.shr_u').set(units); // prettier-ignore
      f.get(from).get(first).op('i32.sub').tee(low).i32(0).op('i32.lt_s').when(() => f.i32(0).set(low)); // prettier-ignore
      f.get(to).get(first).op('i32.sub').tee(high).get(units).op('i32.gt_s').when(() => f.get(units).set(high)); // prettier-ignore
      f.get(low)
        .get(high)
        .op('i32.lt_s')
        .when(() => {
          this.#pointers.forEach((pointer, k) => f.get(at).memory('i32.load', 4 * (k + 1)).set(pointer)); // prettier-ignore
          this.#stretches(size, low, high);
        });
      f.get(first).get(units).op('i32.add').set(first);
      f.increase(at, 4 * (1 + this.#pointers.length));
    });
    return f;
  }

  /** The member's units from `low` to `high`; locals all. */
  #stretches(size: number, low: number, high: number): void {
    const f = this.#f;
    const [turns, rest] = [f.local('i32'), f.local('i32')];
    advanceBy(f, this.#pointers, { size: 0, strides: this.#strides.map((s) => s * stretch) }, low);
    this.#inputs[0].forEach((_, k) => this.#strides[this.#results + k] === 0 && this.#load(k, 0));
    // elements up to the end of the last unit, which may lie beyond the member's
    f.get(high).i32(shift).op('i32.shl').tee(rest).get(size).op('i32.gt_s').when(() => f.get(size).set(rest)); // prettier-ignore
    f.get(rest).get(low).i32(shift).op('i32.shl').op('i32.sub').set(rest);
    const most = this.#inputs.length;
    f.get(rest).i32(Math.log2(4 * most)).op('i32.shr_u').set(turns); // prettier-ignore
    f.countDown(turns, () => this.#vectors(most));
    for (let fewer = most / 2; fewer >= 1; fewer /= 2)
      f.get(rest).i32(4 * fewer).op('i32.and').when(() => this.#vectors(fewer)); // prettier-ignore
    f.get(rest).i32(3).op('i32.and').tee(rest).when(() =>
      this.#elements(1, (value, pointer) => {
        for (const lane of [0, 1, 2])
          f.get(rest).i32(lane).op('i32.gt_s').when(() => {
            f.get(pointer).get(value).laneMemory('v128.store32_lane', lane, 4 * lane);
          }); // prettier-ignore
      }),
    ); // prettier-ignore
  }

  #vectors(count: number): void {
    const f = this.#f;
    this.#elements(count, (value, pointer, vector) => storeLanes(f, value, pointer, 1, 4, vector));
    advance(f, this.#pointers, { size: 0, strides: this.#strides }, 4 * count);
  }

  #load(input: number, vector: number): void {
    const operand = this.#results + input;
    const offsets = inSteps(this.#strides[operand]);
    loadLanes(this.#f, this.#inputs[vector][input], this.#pointers[operand], offsets, 4, vector);
  }

  /** Four elements of so many vectors, of which the last may lie beyond the end. */
  #elements(vectors: number, store: (value: number, pointer: number, vector: number) => void): void {
    const taken = this.#inputs.slice(0, vectors);
    taken.forEach((inputs, v) => inputs.forEach((_, k) => this.#strides[this.#results + k] !== 0 && this.#load(k, v)));
    const values = taken.map((inputs) => this.#printer.print({ inputs }));
    for (let k = 0; k < this.#results; k++) values.forEach((results, v) => store(results[k], this.#pointers[k], v));
  }
}
