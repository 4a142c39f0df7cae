import { topological, type Expr } from '../../expr/expr';
import { meaning } from '../../expr/semantics';

/** Rounds a float32 result: Math.fround, or nothing where the backend computes in float64. */
export type Round = (x: number) => number;

/** A function of the element's flat index and its inputs' values. */
export type ScalarFunction = (index: number, inputs: ArrayLike<number>) => number;

/** The expression as a function, each part computed once and rounded as its type says. */
export function scalarFunction(root: Expr, round: Round): ScalarFunction {
  const parts = topological([root]);
  const place = new Map(parts.map((e, i) => [e, i]));
  const values = new Float64Array(parts.length);
  const steps = parts.map((e, i) =>
    step(
      e,
      i,
      e.args.map((a) => place.get(a)!),
      values,
      round,
    ),
  );
  return (index, inputs) => {
    for (const run of steps) run(index, inputs);
    return values[parts.length - 1];
  };
}

function step(e: Expr, at: number, args: readonly number[], values: Float64Array, round: Round): ScalarFunction {
  const float = e.type === 'float32' ? round : (x: number) => x;
  if (e.op === 'const') return () => (values[at] = float(e.value));
  if (e.op === 'input') return (_, inputs) => (values[at] = inputs[e.value]!);
  if (e.op === 'index') return (index) => (values[at] = index);
  const [a, b, c] = [args[0], args[1] ?? args[0], args[2] ?? args[0]];
  const compute = meaning(e);
  return () => (values[at] = float(compute(values[a], values[b], values[c])));
}
