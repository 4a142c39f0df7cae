import type { Fold } from '../../kernels/kernels';
import type { FunctionBuilder } from './function-builder';
import type { OpName } from './opcodes';

type Type = 'float32' | 'int32';

/** The running result of a fold, four lanes of it. */
export interface Accumulator {
  begin(): void;
  /** Where the elements that come next stand in the fold: a vector local. */
  at(positions: number): void;
  /** Takes in the first `count` lanes of a vector local. */
  take(value: number, count: number): void;
  /** Takes in another accumulator, lane by lane. */
  join(other: Accumulator): void;
  /** Moves a part sum to the whole one. */
  flush(): void;
  /** Joins the lanes and writes the one result at a pointer. */
  storeJoined(pointer: number): void;
  /** Writes the first `count` lanes. */
  storeLanes(pointer: number, offset: number, count: number): void;
}

const lane = (count: number): Int32Array => Int32Array.from({ length: 4 }, (_, i) => (i < count ? -1 : 0));
const fill = (type: Type, value: number): Int32Array | Float32Array =>
  type === 'float32' ? new Float32Array(4).fill(value) : new Int32Array(4).fill(value);

/** Sum, product, maximum, minimum: one vector, and for sums of floats a second one that part sums are moved to. */
export class Simple implements Accumulator {
  readonly value: number;
  readonly #whole: number | undefined;

  constructor(
    private readonly f: FunctionBuilder,
    readonly combine: OpName,
    readonly neutral: Int32Array | Float32Array,
    readonly inParts: boolean,
  ) {
    this.value = f.local('v128');
    this.#whole = inParts ? f.local('v128') : undefined;
  }
  begin(): void {
    this.f.v128(this.neutral).set(this.value);
    if (this.#whole !== undefined) this.f.v128(this.neutral).set(this.#whole);
  }
  at(): void {}
  take(value: number, count: number): void {
    const { f } = this;
    f.get(this.value).get(value);
    if (count < 4) f.v128(this.neutral).v128(lane(count)).op('v128.bitselect');
    f.op(this.combine).set(this.value);
  }
  join(other: Accumulator): void {
    this.f
      .get(this.#result())
      .get((other as Simple).#result())
      .op(this.combine)
      .set(this.#result());
  }
  flush(): void {
    if (this.#whole === undefined) return;
    this.f.get(this.#whole).get(this.value).op(this.combine).set(this.#whole);
    this.f.v128(this.neutral).set(this.value);
  }
  /** Writes what is accumulated, four lanes of it, at so many bytes from an address; `fetch` reads it from there. */
  put(address: number, offset: number): void {
    storeFirst(this.f, this.#result(), address, offset, 4);
  }
  fetch(address: number, offset: number): void {
    this.f.get(address).memory('v128.load', offset).set(this.#result());
  }
  #result(): number {
    return this.#whole ?? this.value;
  }
  storeJoined(pointer: number): void {
    const { f } = this;
    const result = this.#result();
    for (const order of [
      [2, 3, 0, 1],
      [1, 0, 3, 2],
    ])
      f.get(result).get(result).get(result).shuffle(order).op(this.combine).set(result);
    this.storeLanes(pointer, 0, 1);
  }
  storeLanes(pointer: number, offset: number, count: number): void {
    storeFirst(this.f, this.#result(), pointer, offset, count);
  }
}

/** The position of the first extreme: the best value of each lane and where it stood; NaN beats every number. */
class Extreme implements Accumulator {
  readonly best: number;
  readonly where: number;
  #positions = 0;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly type: Type,
    private readonly better: OpName,
    private readonly worst: Int32Array | Float32Array,
  ) {
    [this.best, this.where] = [f.local('v128'), f.local('v128')];
  }
  begin(): void {
    this.f
      .v128(this.worst)
      .set(this.best)
      .v128(new Int32Array(4).fill(2 ** 31 - 1))
      .set(this.where);
  }
  at(positions: number): void {
    this.#positions = positions;
  }
  take(value: number, count: number): void {
    this.#choose(value, this.#positions, lane(count));
  }
  join(other: Accumulator): void {
    this.#choose((other as Extreme).best, (other as Extreme).where, lane(4));
  }
  flush(): void {}

  /** Keeps whichever is better in the lanes that count; of equals the one that stands first. */
  #choose(value: number, where: number, counted: Int32Array): void {
    const { f, best } = this;
    const mask = f.local('v128');
    this.#isBetter(value, best);
    this.#isEqual(value, best);
    f.get(where).get(this.where).op('i32x4.lt_s').op('v128.and').op('v128.or').v128(counted).op('v128.and').set(mask);
    f.get(value).get(best).get(mask).op('v128.bitselect').set(best);
    f.get(where).get(this.where).get(mask).op('v128.bitselect').set(this.where);
  }
  #isBetter(value: number, best: number): void {
    const { f } = this;
    f.get(value).get(best).op(this.better);
    if (this.type === 'float32')
      f.get(value).get(value).op('f32x4.ne').get(best).get(best).op('f32x4.eq').op('v128.and').op('v128.or');
  }
  #isEqual(value: number, best: number): void {
    const { f } = this;
    f.get(value)
      .get(best)
      .op(this.type === 'float32' ? 'f32x4.eq' : 'i32x4.eq');
    if (this.type === 'float32')
      f.get(value).get(value).op('f32x4.ne').get(best).get(best).op('f32x4.ne').op('v128.and').op('v128.or');
  }
  storeJoined(pointer: number): void {
    const { f } = this;
    const [value, where] = [f.local('v128'), f.local('v128')];
    for (const order of [
      [2, 3, 0, 1],
      [1, 0, 3, 2],
    ]) {
      f.get(this.best).get(this.best).shuffle(order).set(value);
      f.get(this.where).get(this.where).shuffle(order).set(where);
      this.#choose(value, where, lane(4));
    }
    this.storeLanes(pointer, 0, 1);
  }
  storeLanes(pointer: number, offset: number, count: number): void {
    storeFirst(this.f, this.where, pointer, offset, count);
  }
}

function storeFirst(f: FunctionBuilder, value: number, pointer: number, offset: number, count: number): void {
  if (count === 4) f.get(pointer).get(value).memory('v128.store', offset);
  else
    for (let i = 0; i < count; i++)
      f.get(pointer)
        .get(value)
        .laneMemory('v128.store32_lane', i, offset + 4 * i);
}

const [lowest, highest] = [-(2 ** 31), 2 ** 31 - 1];
const simple =
  (name: 'add' | 'mul' | 'max' | 'min', neutral: (type: Type) => number) =>
  (f: FunctionBuilder, type: Type): Accumulator => {
    const op = type === 'float32' ? (`f32x4.${name}` as const) : name === 'max' || name === 'min' ? (`i32x4.${name}_s` as const) : (`i32x4.${name}` as const); // prettier-ignore
    return new Simple(f, op, fill(type, neutral(type)), name === 'add' && type === 'float32');
  };
const extreme = (name: 'gt' | 'lt', float: number, int: number) =>
  (f: FunctionBuilder, type: Type): Accumulator =>
    new Extreme(f, type, type === 'float32' ? `f32x4.${name}` : `i32x4.${name}_s`, fill(type, type === 'float32' ? float : int)); // prettier-ignore

/** How each fold is accumulated. */
export const accumulators: Record<Fold, (f: FunctionBuilder, type: Type) => Accumulator> = {
  sum: simple('add', () => 0),
  prod: simple('mul', () => 1),
  max: simple('max', (type) => (type === 'float32' ? -Infinity : lowest)),
  min: simple('min', (type) => (type === 'float32' ? Infinity : highest)),
  argmax: extreme('gt', -Infinity, lowest),
  argmin: extreme('lt', Infinity, highest),
};
