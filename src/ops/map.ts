import type { ComputeType } from '../core/dtype';
import { broadcast, shapeOf, type Shape } from '../core/shape';
import { input } from '../expr/build';
import { derivative as differentiate, times } from '../expr/derivative';
import { substitute, topological, type Expr } from '../expr/expr';
import { internAttrs, type Attrs, type Node } from '../graph/node';
import { record } from '../graph/recorder';
import { broadcastView } from '../kernels/views';
import { sumTo } from './broadcast';
import { primitive } from './primitive';

/** The gradient for each input in terms of the output's gradient g, the output y and the inputs; null: none flows. */
export type DerivativeRule = (g: Expr, y: Expr, ...x: Expr[]) => readonly (Expr | null)[];

/** An elementwise function: what a map node's attributes hold. */
export interface MapSpec {
  readonly name: string;
  readonly expr: Expr;
  readonly rule: DerivativeRule | undefined;
  readonly types: readonly ComputeType[];
  readonly attrs: Attrs;
  readonly gradients: (Gradient | null | undefined)[];
}

/** The elementwise function that gives one input's gradient, and what it reads: -2 is g, -1 is y, others are inputs. */
interface Gradient {
  readonly spec: MapSpec;
  readonly reads: readonly number[];
  /** It is g itself. */
  readonly isPassedOn: boolean;
}

/** An elementwise function of inputs of the given types. Without a rule, the expression itself is differentiated. */
export function mapSpec(name: string, types: readonly ComputeType[], expr: Expr, rule?: DerivativeRule): MapSpec {
  const key = `map ${name} ${types.join()} ${expr.id}`;
  const spec = { name, expr, rule, types, gradients: [] } as unknown as { attrs: Attrs };
  spec.attrs = internAttrs(key, spec);
  return spec.attrs.value as MapSpec;
}

/** Records the function on its inputs, broadcast to one shape (or to `shape`, where it has scalar inputs only). */
export function map(spec: MapSpec, inputs: readonly Node[], shape?: Shape): Node {
  let dims = shape ?? inputs[0].shape;
  for (let i = shape ? 0 : 1; i < inputs.length; i++) dims = broadcast(spec.name, dims, inputs[i].shape);
  return record(mapOp, inputs, spec.attrs, dims, spec.expr.type);
}

const specOf = (node: Node) => node.attrs.value as MapSpec;

export const mapOp = primitive({
  name: 'map',
  lower: (node, inputs) => ({
    kernel: {
      kind: 'map',
      dims: node.shape,
      inputs: inputs.map((view) => broadcastView(view, node.shape)),
      expr: specOf(node).expr,
    },
  }),
  derivative(node, g, i) {
    const gradient = gradientOf(specOf(node), i);
    if (gradient === null) return null;
    if (gradient.isPassedOn) return sumTo(g, node.inputs[i].shape);
    const inputs = gradient.reads.map((r) => (r === -2 ? g : r === -1 ? node : node.inputs[r]));
    return sumTo(map(gradient.spec, inputs, node.shape), node.inputs[i].shape);
  },
  needs(node) {
    const reads = node.inputs.flatMap((x, i) =>
      node.tracked.includes(x) ? (gradientOf(specOf(node), i)?.reads ?? []) : [],
    );
    return [...new Set(reads)].filter((r) => r !== -2);
  },
});

function gradientOf(spec: MapSpec, i: number): Gradient | null {
  return (spec.gradients[i] ??= makeGradient(spec, i));
}

/** The leaves stand at fixed positions while the rule is applied: inputs first, then y, then g. */
function makeGradient(spec: MapSpec, i: number): Gradient | null {
  const leaves = spec.types.map((type, at) => input(at, type));
  const [y, g] = [input(leaves.length, spec.expr.type), input(leaves.length + 1, 'float32')];
  const expr = spec.rule ? spec.rule(g, y, ...leaves)[i]! : symbolic(spec, leaves[i], y, g);
  if (expr === null || expr === undefined) return null;
  const used = topological([expr]).filter((e) => e.op === 'input');
  // a constant gradient reads g all the same, which says on which device it is
  const reads = used.length === 0 ? [-2] : used.map((e) => (e === g ? -2 : e === y ? -1 : e.value));
  const compact = substitute(expr, (e) => (e.op === 'input' ? input(used.indexOf(e), e.type) : undefined));
  return {
    spec: mapSpec(`gradient of ${spec.name}`, used.length === 0 ? ['float32'] : used.map((e) => e.type), compact),
    reads,
    isPassedOn: expr === g,
  };
}

function symbolic(spec: MapSpec, x: Expr, y: Expr, g: Expr): Expr | null {
  const slope = differentiate(spec.expr, x);
  // the output is at hand: what recomputes it reads it instead
  return (
    slope &&
    times(
      substitute(slope, (e) => (e === spec.expr && e.args.length > 0 ? y : undefined)),
      g,
    )
  );
}

/** A node of `shape` from scalars alone, such as arange. */
export function generate(spec: MapSpec, scalars: readonly Node[], dims: readonly number[]): Node {
  return map(spec, scalars, shapeOf(dims));
}
