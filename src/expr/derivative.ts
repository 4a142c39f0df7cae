import { topological, type Expr, type ScalarOp } from './expr';
import { abs, add, constant, cos, div, eq, exp, gt, log, lt, mul, neg, or, pow, select, sin, sub } from './build';

/** d(op)/d(argument i) in terms of the arguments and the value y; null where it is zero everywhere. */
type Rule = (args: readonly Expr[], y: Expr) => readonly (Expr | null)[];

const twoOverRootPi = 2 / Math.sqrt(Math.PI);
const halfAtTies = (first: Expr, tie: Expr) => select(tie, 0.5, select(first, 1, 0));

/** Every scalar derivative. Operations that are missing here are constant between jumps, or not on floats. */
const rules: { [op in ScalarOp]?: Rule } = {
  add: () => [constant(1), constant(1)],
  sub: () => [constant(1), constant(-1)],
  mul: ([a, b]) => [b, a],
  div: ([, b], y) => [div(1, b), neg(div(y, b))],
  neg: () => [constant(-1)],
  abs: ([a]) => [sub(select(gt(a, 0), 1, 0), select(lt(a, 0), 1, 0))],
  min: ([a, b]) => [halfAtTies(lt(a, b), eq(a, b)), halfAtTies(lt(b, a), eq(a, b))],
  max: ([a, b]) => [halfAtTies(gt(a, b), eq(a, b)), halfAtTies(gt(b, a), eq(a, b))],
  fma: ([a, b]) => [b, a, constant(1)],
  sqrt: (_, y) => [div(0.5, y)],
  exp: (_, y) => [y],
  log: ([a]) => [div(1, a)],
  sin: ([a]) => [cos(a)],
  cos: ([a]) => [neg(sin(a))],
  tanh: (_, y) => [sub(1, mul(y, y))],
  erf: ([a]) => [mul(twoOverRootPi, exp(neg(mul(a, a))))],
  pow: ([a, b], y) => [
    select(eq(b, 0), 0, mul(b, pow(a, sub(b, 1)))),
    select(or(eq(y, 0), eq(a, 1)), 0, mul(y, log(abs(a)))),
  ],
};

/** The derivative of `root` with respect to the leaf `x`, or null where it does not depend on it. */
export function derivative(root: Expr, x: Expr): Expr | null {
  const slope = new Map<Expr, Expr | null>();
  for (const e of topological([root])) slope.set(e, e === x ? constant(1) : chain(e, slope));
  return slope.get(root)!;
}

function chain(e: Expr, slope: ReadonlyMap<Expr, Expr | null>): Expr | null {
  const exponent = exponentOf(e);
  if (exponent !== null) return scaled(slope.get(exponent) ?? null, neg(mul(e, sub(1, e))));
  const inner = e.args.map((arg) => slope.get(arg) ?? null);
  if (e.type !== 'float32' || inner.every((s) => s === null)) return null;
  if (e.op === 'select') return select(e.args[0], inner[1] ?? 0, inner[2] ?? 0);
  const outer = rules[e.op]?.(e.args, e);
  let sum: Expr | null = null;
  inner.forEach((s, i) => {
    const o = outer?.[i];
    if (s && o) sum = sum ? add(sum, times(o, s)) : times(o, s);
  });
  return sum;
}

/** u of 1 / (1 + exp(u)), whose slope follows from its value: that of the quotient is 0 * infinity where exp(u) overflows. */
function exponentOf({ op, args: [one, sum] }: Expr): Expr | null {
  if (op !== 'div' || !isOne(one) || sum.op !== 'add' || !isOne(sum.args[0])) return null;
  return sum.args[1].op === 'exp' ? sum.args[1].args[0] : null;
}
const scaled = (s: Expr | null, o: Expr): Expr | null => s && times(o, s);

/** o * s, without the trivial factor, and with a choice kept a choice: 0 * infinity must not become NaN. */
export function times(o: Expr, s: Expr): Expr {
  if (isOne(s)) return o;
  if (isOne(o)) return s;
  if (o.op === 'select' && isChoice(o)) return select(o.args[0], pick(o.args[1], s), pick(o.args[2], s));
  return mul(o, s);
}
const isOne = (e: Expr) => e.op === 'const' && e.value === 1;
const isZero = (e: Expr) => e.op === 'const' && e.value === 0;
/** Whether it chooses between constants, or other such choices. */
const isChoice = (e: Expr): boolean => e.op === 'const' || (e.op === 'select' && e.args.slice(1).every(isChoice));
const pick = (choice: Expr, s: Expr): Expr => (isZero(choice) ? choice : times(choice, s));
