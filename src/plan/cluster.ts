import { input } from '../expr/build';
import { substitute, topological, type Expr } from '../expr/expr';
import { jointAxes } from '../kernels/axes';
import { foldOrder } from '../kernels/fold-order';
import type { Fold, Lanes, LoopKernel, MapKernel, PlainKernel, ReduceKernel, View } from '../kernels/kernels';
import { compacted, used } from '../kernels/parts';
import { isContiguous, reshapeView } from '../kernels/views';
import { product, stridesOf } from '../core/shape';

/** Operands, values and parts of expressions of one kernel: more would not stay in registers, which is what is gained. */
const mostOperands = 24;
const mostValues = 48;
const mostParts = 400;

/** How the folds of a cluster go through its space: its axes, first those of the results, then those folded. */
interface Folding {
  readonly order: readonly number[];
  readonly results: number;
  readonly lanes: Lanes;
}
interface FoldResult {
  readonly fold: Fold;
  readonly expr: Expr;
  readonly buffer: number;
}

/**
 * Maps that walk over one space, row-major [dims], and folds of what they compute there. `values` are the expressions by the
 * buffer that each would be written to; of the inputs' positions they know, `inputs` is the list.
 */
export interface Cluster {
  readonly dims: readonly number[];
  readonly inputs: readonly View[];
  readonly values: ReadonlyMap<number, Expr>;
  readonly folds: readonly FoldResult[];
  readonly folding: Folding | null;
}

export function clusterOfMap({ dims, inputs, expr }: MapKernel, output: number): Cluster {
  return { dims, inputs, values: new Map([[output, expr]]), folds: [], folding: null };
}

/** A fold of a buffer that it reads whole, in whichever order of axes; null for other folds. */
export function clusterOfFold({ dims, over, inputs, fold, expr }: ReduceKernel, output: number): Cluster | null {
  const axes = [...dims, ...over];
  const [view, ...others] = inputs;
  const { strides } = view;
  const order = [...axes.keys()].filter((i) => axes[i] !== 1).sort((a, b) => strides[b] - strides[a]);
  const natural = order.map((i) => axes[i]);
  const rowMajor = stridesOf(natural);
  const isWhole = view.offset === 0 && order.every((axis, i) => strides[axis] === rowMajor[i]);
  if (others.length > 0 || !isWhole || axes.includes(0)) return null;
  const { lanes } = foldOrder(dims, over, [strides]);
  const inOrder = [...axes.keys()].filter((i) => axes[i] !== 1);
  const folding = {
    order: inOrder.map((i) => order.indexOf(i)),
    results: inOrder.filter((i) => i < dims.length).length,
    lanes,
  };
  const whole: View = { ...view, dims: natural, strides: rowMajor };
  return { dims: natural, inputs: [whole], values: new Map(), folds: [{ fold, expr, buffer: output }], folding };
}

/** Whether the view is of the whole buffer in row-major order, so that element i of the space is element i of it. */
export const isWhole = (view: View): boolean => view.offset === 0 && isContiguous(view);

/** The two as one kernel, `later` reading what `earlier` computes; null where they do not fit together. */
export function join(earlier: Cluster, later: Cluster): Cluster | null {
  const pair = inOneSpace(earlier, later);
  if (pair === null) return null;
  const [a, b] = pair;
  const folding = a.folding ?? b.folding;
  if (a.folding && b.folding && !sameFolding(a.folding, b.folding)) return null;
  const inputs = [...a.inputs];
  const positions = b.inputs.map((view) => {
    const value = isWhole(view) ? a.values.get(view.buffer) : undefined;
    return value ?? input(positionOf(view, inputs), view.dtype);
  });
  const replaced = (expr: Expr): Expr => substitute(expr, (e) => (e.op === 'input' ? positions[e.value] : undefined));
  const values = new Map(a.values);
  for (const [buffer, expr] of b.values) values.set(buffer, replaced(expr));
  const folds = [...a.folds, ...b.folds.map((fold) => ({ ...fold, expr: replaced(fold.expr) }))];
  const joined = { dims: a.dims, inputs, values, folds, folding };
  return fits(joined) ? joined : null;
}

function positionOf(view: View, inputs: View[]): number {
  const same = (other: View) =>
    other.buffer === view.buffer && other.offset === view.offset && other.strides.join() === view.strides.join();
  const at = inputs.findIndex(same);
  return at < 0 ? inputs.push(view) - 1 : at;
}

function sameFolding(a: Folding, b: Folding): boolean {
  return a.results === b.results && a.lanes === b.lanes && a.order.join() === b.order.join();
}

/** Both over the same dims, whichever of the two can be had. */
function inOneSpace(a: Cluster, b: Cluster): [Cluster, Cluster] | null {
  if (a.dims.join() === b.dims.join()) return [a, b];
  const moved = reshaped(b, a.dims);
  if (moved) return [a, moved];
  const other = reshaped(a, b.dims);
  return other && [other, b];
}

/** The cluster over other dims of as many elements in the same order. */
function reshaped(cluster: Cluster, dims: readonly number[]): Cluster | null {
  const folding = cluster.folding && refold(cluster.folding, cluster.dims, dims);
  if (folding === undefined) return null;
  const inputs: View[] = [];
  for (const view of cluster.inputs) {
    const moved = reshapeView(view, dims);
    if (moved === null) return null;
    inputs.push(moved);
  }
  return { ...cluster, dims, inputs, folding };
}

/** The folding where each axis is split into several; undefined where the new axes are no parts of the old. */
function refold(
  { order, results, lanes }: Folding,
  from: readonly number[],
  to: readonly number[],
): Folding | undefined {
  const pieces: number[][] = [];
  let at = 0;
  for (const size of from) {
    const piece: number[] = [];
    for (let product = 1; product < size; product *= to[at++]) {
      if (at === to.length || size % (product * to[at]) !== 0) return undefined;
      piece.push(at);
    }
    pieces.push(piece);
  }
  const rest = [...to.keys()].slice(at);
  if (rest.some((i) => to[i] !== 1)) return undefined;
  const outer = order.slice(0, results).flatMap((axis) => pieces[axis]);
  const inner = order.slice(results).flatMap((axis) => pieces[axis]);
  return { order: [...outer, ...rest, ...inner], results: outer.length + rest.length, lanes };
}

/** Whether two clusters are small enough to become one, and fold in the same way if both do: a quick answer. */
export function mayJoin(a: Cluster, b: Cluster): boolean {
  if (a.values.size + a.folds.length + b.values.size + b.folds.length > mostValues) return false;
  return product(a.dims) === product(b.dims);
}

function fits(cluster: Cluster): boolean {
  const { inputs, values, folds } = cluster;
  if (inputs.length + folds.length > mostOperands) return false;
  const parts = topological([...values.values(), ...folds.map(({ expr }) => expr)]);
  if (parts.length > mostParts) return false;
  return cluster.folding === null || (keepsOrder(cluster, cluster.folding) && parts.every((e) => e.op !== 'index'));
}

/**
 * Whether the folds add up in the order that they would have alone: each goes through what is folded into it along as many axes.
 * How results lie does not matter to that.
 */
function keepsOrder({ dims, inputs }: Cluster, { order, results }: Folding): boolean {
  const folded = order.slice(results);
  const turned = (strides: readonly number[]) => folded.map((i) => strides[i]);
  const own = turned(stridesOf(dims));
  const sizes = folded.map((i) => dims[i]);
  const all = [own, ...inputs.map(({ strides }) => turned(strides))];
  return jointAxes(sizes, all).length === jointAxes(sizes, [own]).length;
}

/** The kernel that writes the folds and those values that are `needed`, and the buffers it writes. */
export function kernelOf(
  cluster: Cluster,
  needed: (buffer: number) => boolean,
): { kernel: PlainKernel | LoopKernel; outputs: number[] } {
  const { dims, folds, folding } = cluster;
  const stored = [...cluster.values].filter(([buffer]) => needed(buffer));
  if (folding === null && stored.length === 1) {
    const [[output, expr]] = stored;
    return { kernel: { kind: 'map', dims, ...used(cluster.inputs, expr) }, outputs: [output] };
  }
  const exprs = [...folds.map(({ expr }) => expr), ...stored.map(([, expr]) => expr)];
  const compact = compacted(cluster.inputs, exprs);
  const order = folding?.order ?? [...dims.keys()];
  const turned = (list: readonly number[]): number[] => order.map((i) => list[i]);
  const results = folding?.results ?? dims.length;
  const strides = turned(stridesOf(dims));
  const sizes = turned(dims);
  const kernel: LoopKernel = {
    kind: 'loop',
    dims: sizes.slice(0, results),
    over: sizes.slice(results),
    inputs: compact.inputs.map((view) => ({ ...view, dims: sizes, strides: turned(view.strides) })),
    folds: folds.map(({ fold }, i) => ({ fold, expr: compact.exprs[i] })),
    stores: stored.map((_, i) => ({ expr: compact.exprs[folds.length + i], strides })),
    lanes: folding?.lanes ?? 'folded',
    ...(folding && { layout: strides }),
  };
  return { kernel, outputs: [...folds.map(({ buffer }) => buffer), ...stored.map(([buffer]) => buffer)] };
}
