import type { ComputeType } from '../core/dtype';

/** The scalar primitives. Each backend prints all of them; a missing one is a compile error there. */
export type ScalarOp =
  // leaves: a constant, input `value` of the kernel, the flat position in the kernel's output
  | 'const'
  | 'input'
  | 'index'
  // arithmetic on float32 and (wrapping) on int32
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'neg'
  | 'abs'
  | 'min'
  | 'max'
  // a * b + c, in one rounding where the machine can; never made from mul and add behind one's back
  | 'fma'
  // float32 only
  | 'sqrt'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'exp'
  | 'log'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'erf'
  | 'pow'
  // comparisons of two float32 or two int32, to bool
  | 'eq'
  | 'lt'
  | 'le'
  // bool
  | 'and'
  | 'or'
  | 'not'
  // select(condition, a, b)
  | 'select'
  // bits of an int32
  | 'bitAnd'
  | 'bitOr'
  | 'bitXor'
  | 'shiftLeft'
  | 'shiftRight' // zero-filling
  // conversions
  | 'toFloat' // int32 or bool to float32
  | 'toInt' // float32 towards zero, or bool, to int32
  | 'toBool' // float32 or int32: not equal to zero
  | 'bitsToFloat'
  | 'floatToBits';

/** An interned scalar expression: equal expressions are one object, so a shared part is computed once. */
export interface Expr {
  readonly id: number;
  readonly op: ScalarOp;
  readonly type: ComputeType;
  readonly args: readonly Expr[];
  /** The number of a `const`, the position of an `input`; 0 elsewhere. */
  readonly value: number;
}

const interned = new Map<string, Expr>();

/** The one expression `op(args)`. Prefer the named constructors of `build.ts`. */
export function makeExpr(op: ScalarOp, type: ComputeType, args: readonly Expr[], value = 0): Expr {
  const number = Object.is(value, -0) ? '-0' : String(value);
  const key = `${op} ${type} ${number} ${args.map((a) => a.id).join(' ')}`;
  let found = interned.get(key);
  if (found === undefined) {
    found = Object.freeze({ id: interned.size, op, type, args: Object.freeze([...args]), value });
    interned.set(key, found);
  }
  return found;
}

/** The distinct parts of `roots`, each after its arguments. */
export function topological(roots: readonly Expr[]): Expr[] {
  const order = new Set<Expr>();
  const visit = (e: Expr): void => {
    if (order.has(e)) return;
    e.args.forEach(visit);
    order.add(e);
  };
  roots.forEach(visit);
  return [...order];
}

/** Rebuilds `root` with every leaf for which `replace` gives something replaced by it. */
export function substitute(root: Expr, replace: (leaf: Expr) => Expr | undefined): Expr {
  const done = new Map<Expr, Expr>();
  for (const e of topological([root])) {
    const args = e.args.map((a) => done.get(a)!);
    const same = args.every((a, i) => a === e.args[i]);
    done.set(e, replace(e) ?? (same ? e : makeExpr(e.op, e.type, args, e.value)));
  }
  return done.get(root)!;
}
