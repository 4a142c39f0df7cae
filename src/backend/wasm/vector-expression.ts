import { approximate, sineOfTurn } from '../../expr/approximation';
import { input } from '../../expr/build';
import { topological, type Expr, type ScalarOp } from '../../expr/expr';
import { hasMultiplyAdd, joinsVectors } from './features';
import { FunctionBuilder } from './function-builder';
import type { OpName } from './opcodes';

/** What V8 cannot join: calls, shuffles, and instructions that it has for four elements only. */
const single = new Set<ScalarOp>(['sin', 'cos', 'floor', 'ceil', 'round']);
/** Whether vectors of these printable expressions are joined where they lie side by side. */
const areJoined = (roots: readonly Expr[]): boolean =>
  joinsVectors() && topological(roots).every((e) => !single.has(e.op) && !(e.op === 'div' && e.type === 'int32'));

/** Where an expression's leaves are while it is printed: locals of the function. */
export interface Leaves {
  /** Four elements of each input; a bool as words of 0 and 1. */
  readonly inputs: readonly number[];
  /** The flat positions of the four elements; only where the expression asks for them. */
  readonly index?: number;
}

/** The expression in the form that is printed. */
export const printable = approximate;
export const usesIndex = (e: Expr): boolean => topological([e]).some((part) => part.op === 'index');

/** A vector of the positions from `position` (an i32 local) on, or of those `vector` vectors further, in a new local. */
export function positionsFrom(f: FunctionBuilder, position: number, vector = 0): number {
  const local = f.local('v128');
  const lanes = Int32Array.from({ length: 4 }, (_, i) => 4 * vector + i);
  f.get(position).op('i32x4.splat').v128(lanes).op('i32x4.add').set(local);
  return local;
}

/**
 * Prints printable expressions for four elements at once; what they share is computed once. Inside, a bool is a mask: all bits of a word or none.
 * Constants are put into locals by `hoist`, before the loops, since engines rebuild inline ones on every turn.
 *
 * `vectors` is how many are to be taken at a time: two that lie side by side are joined into a wider one, if they can be. V8 asks
 * that the loads of both come first and their stores last.
 */
export class VectorPrinter {
  readonly #constants = new Map<Expr, number>();
  readonly #uses = new Map<Expr, number>();
  readonly vectors: 1 | 2;

  /** @param sideBySide whether the elements of operands lie so */
  constructor(
    private readonly f: FunctionBuilder,
    private readonly roots: readonly Expr[],
    sideBySide: boolean,
  ) {
    this.vectors = sideBySide && areJoined(roots) ? 2 : 1;
    for (const e of topological(roots)) for (const a of e.args) this.#uses.set(a, (this.#uses.get(a) ?? 0) + 1);
    for (const root of roots) this.#uses.set(root, (this.#uses.get(root) ?? 0) + 1);
  }

  hoist(): void {
    for (const e of topological(this.roots))
      if (e.op === 'const') {
        const local = this.f.local('v128');
        this.f.v128(words(e)).set(local);
        this.#constants.set(e, local);
      }
  }

  /** The value of each root, in a new local; a bool as words of 0 and 1. */
  print(leaves: Leaves): readonly number[] {
    const state: Emission = { leaves, locals: new Map() };
    return this.roots.map((root) => {
      this.#emit(root, state);
      if (root.type === 'bool') this.f.v128(Int32Array.of(1, 1, 1, 1)).op('v128.and');
      const value = this.f.local('v128');
      this.f.set(value);
      return value;
    });
  }

  #emit(e: Expr, state: Emission): void {
    const known = this.#constants.get(e) ?? state.locals.get(e);
    if (known !== undefined) return void this.f.get(known);
    this.#compute(e, state);
    if (this.#uses.get(e)! < 2) return;
    const local = this.f.local('v128');
    state.locals.set(e, local);
    this.f.tee(local);
  }

  #compute(e: Expr, state: Emission): void {
    const { f } = this;
    if (e.op === 'input') return this.#input(e, state.leaves);
    if (e.op === 'const') return void f.v128(words(e));
    if (e.op === 'index') return void f.get(state.leaves.index!);
    if (e.op === 'shiftLeft' || e.op === 'shiftRight') {
      this.#emit(e.args[0], state);
      return void f.i32(e.args[1].value).op(e.op === 'shiftLeft' ? 'i32x4.shl' : 'i32x4.shr_u');
    }
    if (e.op === 'select') return this.#select(e.args, state);
    for (const arg of e.args) this.#emit(arg, state);
    this.#apply(e);
  }

  #input(e: Expr, { inputs }: Leaves): void {
    this.f.get(inputs[e.value]);
    if (e.type === 'bool') this.f.v128(new Int32Array(4)).op('i32x4.ne');
  }

  /** A mask of all bits or none: where one of the values is 0, it leaves the other, which is less work than to choose. */
  #select([condition, then, otherwise]: readonly Expr[], state: Emission): void {
    const choice = isZero(then) ? [otherwise] : isZero(otherwise) ? [then] : [then, otherwise];
    for (const arg of [...choice, condition]) this.#emit(arg, state);
    if (isZero(then)) this.f.op('v128.andnot');
    else if (isZero(otherwise)) this.f.op('v128.and');
    // of masks, both choose alike; the relaxed one is faster, and is not joined
    else this.f.op(hasMultiplyAdd() && this.vectors === 1 ? 'i32x4.relaxed_laneselect' : 'v128.bitselect');
  }

  #apply(e: Expr): void {
    const type = e.args[e.args.length - 1].type;
    if ((e.op === 'min' || e.op === 'max') && isPlainBound(e.args[1])) return void this.f.op(`f32x4.p${e.op}`);
    const name = type === 'int32' ? onInts[e.op] : onFloats[e.op];
    if (name !== undefined) return void this.f.op(name);
    const special = specials[e.op];
    if (special === undefined) throw new Error(`wasm cannot print ${e.op}`);
    special(this.f, e);
  }
}

interface Emission {
  readonly leaves: Leaves;
  readonly locals: Map<Expr, number>;
}

function words({ type, value }: Expr): Int32Array | Float32Array {
  if (type === 'float32') return new Float32Array(4).fill(value);
  return new Int32Array(4).fill(type === 'bool' ? -Number(value !== 0) : value);
}

/** Whether it has no bit set: -0 has one. */
const isZero = ({ op, value }: Expr): boolean => op === 'const' && Object.is(value, 0);

const bitwise: { [op in ScalarOp]?: OpName } = {
  and: 'v128.and',
  or: 'v128.or',
  not: 'v128.not',
  bitAnd: 'v128.and',
  bitOr: 'v128.or',
  bitXor: 'v128.xor',
};

/** On float32, and on bools. */
const onFloats: { [op in ScalarOp]?: OpName } = {
  ...bitwise,
  add: 'f32x4.add',
  sub: 'f32x4.sub',
  mul: 'f32x4.mul',
  div: 'f32x4.div',
  neg: 'f32x4.neg',
  abs: 'f32x4.abs',
  min: 'f32x4.min',
  max: 'f32x4.max',
  sqrt: 'f32x4.sqrt',
  floor: 'f32x4.floor',
  ceil: 'f32x4.ceil',
  round: 'f32x4.nearest',
  eq: 'f32x4.eq',
  lt: 'f32x4.lt',
  le: 'f32x4.le',
};

const onInts: { [op in ScalarOp]?: OpName } = {
  ...bitwise,
  add: 'i32x4.add',
  sub: 'i32x4.sub',
  mul: 'i32x4.mul',
  neg: 'i32x4.neg',
  abs: 'i32x4.abs',
  min: 'i32x4.min_s',
  max: 'i32x4.max_s',
  eq: 'i32x4.eq',
  lt: 'i32x4.lt_s',
  le: 'i32x4.le_s',
  toFloat: 'f32x4.convert_i32x4_s',
};

const one = Float32Array.of(1, 1, 1, 1);
const specials: { [op in ScalarOp]?: (f: FunctionBuilder, e: Expr) => void } = {
  fma: multiplyAdd,
  div: integerDivision,
  sin: (f) => void f.call(sineFunction(0)),
  cos: (f) => void f.call(sineFunction(1)),
  toFloat: (f) => void f.v128(one).op('v128.and'), // of a mask
  toInt: (f, e) =>
    void (e.args[0].type === 'bool'
      ? f.v128(Int32Array.of(1, 1, 1, 1)).op('v128.and')
      : f.op('i32x4.trunc_sat_f32x4_s')),
  toBool: (f, e) => void f.v128(new Int32Array(4)).op(e.args[0].type === 'float32' ? 'f32x4.ne' : 'i32x4.ne'),
  bitsToFloat: () => undefined,
  floatToBits: () => undefined,
};

/** Whether NaN and the sign of zero come from the other operand alone, so that a comparison will do for min and max. */
const isPlainBound = ({ op, type, value }: Expr): boolean =>
  op === 'const' && type === 'float32' && value !== 0 && !Number.isNaN(value);

/** Beside f32x4.add: a * b + c from the stack, in one rounding where the machine can. */
function multiplyAdd(f: FunctionBuilder): void {
  if (hasMultiplyAdd()) return void f.op('f32x4.relaxed_madd');
  const c = f.local('v128');
  f.set(c).op('f32x4.mul').get(c).op('f32x4.add');
}

/** Truncated quotients of int32, by way of float64, which holds them exactly; 0 where the divisor is 0. */
function integerDivision(f: FunctionBuilder): void {
  const [a, b] = [f.local('v128'), f.local('v128')];
  f.set(b).set(a);
  const high = (x: number): void => void f.get(x).get(x).shuffle([2, 3, 2, 3]).op('f64x2.convert_low_i32x4_s');
  const low = (x: number): void => void f.get(x).op('f64x2.convert_low_i32x4_s');
  for (const half of [low, high]) {
    half(a);
    half(b);
    f.op('f64x2.div').op('i32x4.trunc_sat_f64x2_s_zero');
  }
  f.shuffle([0, 1, 4, 5]);
  const quotient = f.local('v128');
  f.set(quotient).get(a).op('i32x4.neg').get(quotient).get(b).v128(new Int32Array(4).fill(-1)).op('i32x4.eq').op('v128.bitselect'); // prettier-ignore
  f.get(b).v128(new Int32Array(4)).op('i32x4.ne').op('v128.and');
}

const sines = new Map<number, FunctionBuilder>();

/**
 * sin(x + quarters * pi/2) of four elements, as a function. The reduction by pi/2 is done in float64: within 2 ulp up to
 * |x| = 1e6, and no more than a number from -1 to 1 far beyond.
 */
function sineFunction(quarters: number): FunctionBuilder {
  const known = sines.get(quarters);
  if (known) return known;
  const f = new FunctionBuilder(['v128'], ['v128']);
  const [low, high] = [reduced(f, false), reduced(f, true)];
  const [r, q] = [f.local('v128'), f.local('v128')];
  f.get(low.r).get(high.r).shuffle([0, 1, 4, 5]).set(r);
  f.get(low.q).get(high.q).shuffle([0, 1, 4, 5]).i32(quarters).op('i32x4.splat').op('i32x4.add').set(q);
  const printer = new VectorPrinter(f, [sineOfTurn(input(0, 'float32'), input(1, 'int32'))], false);
  const [sine] = printer.print({ inputs: [r, q] });
  f.get(sine);
  if (quarters === 0) f.get(0).get(0).v128(new Float32Array(4)).op('f32x4.ne').op('v128.bitselect'); // sin(-0) is -0
  sines.set(quarters, f);
  return f;
}

const doubles = (value: number): Float64Array => Float64Array.of(value, value);

/** Of two elements of parameter 0: what is left of them after whole quarter turns, and the turns modulo 4. */
function reduced(f: FunctionBuilder, upper: boolean): { r: number; q: number } {
  const [x, n, r, q] = [f.local('v128'), f.local('v128'), f.local('v128'), f.local('v128')];
  f.get(0);
  if (upper) f.get(0).shuffle([2, 3, 2, 3]);
  f.op('f64x2.promote_low_f32x4').tee(x);
  f.v128(doubles(2 / Math.PI))
    .op('f64x2.mul')
    .op('f64x2.nearest')
    .set(n);
  f.get(x).get(n).v128(doubles(1.5707963267341256)).op('f64x2.mul').op('f64x2.sub'); // the first 33 bits of pi/2
  f.get(n).v128(doubles(6.077100506506192e-11)).op('f64x2.mul').op('f64x2.sub').op('f32x4.demote_f64x2_zero').set(r);
  f.get(n).get(n).v128(doubles(0.25)).op('f64x2.mul').op('f64x2.floor').v128(doubles(4)).op('f64x2.mul');
  f.op('f64x2.sub').op('i32x4.trunc_sat_f64x2_s_zero').set(q);
  return { r, q };
}
