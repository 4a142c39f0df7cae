import { GradientError, ShapeError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { showShape } from '../core/shape';
import { show } from '../core/show';
import { isFresh } from '../graph/freshness';
import { nextMark, type Factors, type Node, type Placed } from '../graph/node';
import { atomically, onDevice } from '../graph/recorder';
import * as ops from '../ops';
import { evaluateNodes } from './evaluation';
import { knownFrom, knownOn, leavesOf, repeatBackward, settingOf, totalsSoFar, type Walk, type Watched } from './known-backward'; // prettier-ignore
import { releasing } from './release';
import type { Tensor } from './tensor';
import { isTensor, wrap } from './wrap';

/** Called before a leaf receives its first gradient: the module layer refuses parameters outside of the tree. */
let guard: (leaf: Tensor) => void = () => undefined;
export function setGradientGuard(fn: (leaf: Tensor) => void): void {
  guard = fn;
}

const twice =
  'backward: this graph was walked before and its intermediate values are gone; pass { retainGraph: true } the first time, or compute the loss again';

/**
 * The nodes through which gradients flow from the root to `ends`, inputs first; each node's `place` is its position. A weight
 * stands next to the first node that uses it: walked backwards, its gradient comes while what it is made of is in the cache.
 */
function pathTo(root: Node, isEnd: (node: Node) => boolean): Node[] {
  const mark = nextMark();
  const order: Node[] = [];
  const stack = [root];
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    const before = stack.length;
    if (node.mark !== mark && node.owner === null)
      for (let i = node.tracked.length - 1; i >= 0; i--) if (node.tracked[i].mark !== mark) stack.push(node.tracked[i]);
    if (stack.length > before) continue;
    stack.pop();
    if (node.mark === mark) continue;
    if (node.released) throw new GradientError(twice);
    node.mark = mark;
    const leads = isEnd(node) || (node.owner === null && node.tracked.some((input) => input.place >= 0));
    node.place = leads ? order.push(node) - 1 : -1;
  }
  return order;
}

/** What has flowed to a node so far. */
interface Flows {
  sum?: Node;
  /** Gradients of slices are put together at the end: one by one, each would cost a pass over the whole. */
  placed?: Placed[];
  /** Products are added up as one: a matrix that is used at every step of a sequence has one from each. */
  products?: Factors[];
}

function total({ sum, placed, products }: Flows, { shape }: Node): Node {
  const parts = [sum, placed && ops.sumOfPlaced(shape, placed), products && ops.sumOfProducts(products)];
  return parts.filter((part) => part !== undefined).reduce((a, b) => ops.add(a, b));
}

const isNothing = ({ sum, placed, products }: Flows): boolean =>
  sum === undefined && placed === undefined && products === undefined;

/** Adds what flows from a node with gradient g to its input i. */
function flow(node: Node, g: Node, i: number, into: Flows): void {
  if (node.op.placed !== undefined) return void (into.placed ??= []).push(node.op.placed(node, g));
  const factors = node.op.factors?.(node, g, i) ?? null;
  if (factors !== null) return void (into.products ??= []).push(factors);
  const more = node.op.derivative!(node, g, i);
  if (more !== null) into.sum = into.sum ? ops.add(into.sum, more) : more;
}

/** The gradient of every node on the way, from that of the root, which comes last. */
function gradientsOf(seed: Node, order: readonly Node[]): readonly (Node | undefined)[] {
  const gradients: (Node | undefined)[] = [];
  const flows = order.map((): Flows => ({}));
  flows[order.length - 1].sum = seed;
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at];
    if (isNothing(flows[at])) continue;
    const g = (gradients[at] = total(flows[at], node));
    if (node.owner !== null) continue;
    for (let i = 0; i < node.inputs.length; i++) {
      const input = node.inputs[i];
      if (node.tracked.includes(input) && input.place >= 0) flow(node, g, i, flows[input.place]);
    }
  }
  return gradients;
}

function seedOf(root: Tensor, gradient: Tensor | undefined, name: string): Node {
  if (!root.requiresGrad)
    throw new GradientError(
      `${name}: this tensor does not depend on anything with requiresGrad: it is a constant, was detached, or was computed in noGrad`,
    );
  if (gradient === undefined && root.size !== 1)
    throw new GradientError(
      `${name}: needs a scalar, got shape ${showShape(root.shape)}; reduce it (.sum(), .mean()) or pass its gradient`,
    );
  if (gradient !== undefined && !isTensor(gradient))
    throw new GradientError(
      `${name}: the gradient must be a tensor, not ${show(gradient)}; options come behind it, backward(undefined, { retainGraph: true })`,
    );
  if (gradient && gradient.node.shape !== root.node.shape)
    throw new ShapeError(
      `${name}: the gradient ${showShape(gradient.shape)} must have the tensor's shape ${showShape(root.shape)}`,
    );
  return gradient ? gradient.node : ops.full(1, root.shape);
}

/** Records gradients on the device of `root`: all of them or, where one cannot be, none. */
function recordGradients<T>(root: Tensor, createGraph: boolean, fn: () => T): T {
  return atomically(() => onDevice(root.device, () => withGradMode(createGraph, fn)));
}

const innerOf = (order: readonly Node[]): Node[] => order.filter((node) => node.owner === null);

/** Walks the graph of `root` and adds gradients to the leaves; see Tensor.backward. Returns the value that is watched. */
export function backward(
  root: Tensor,
  gradient: Tensor | undefined,
  { retainGraph = false, watched }: { retainGraph?: boolean; watched?: Watched },
): Node | undefined {
  const setting = gradient === undefined && !retainGraph ? settingOf(root.node, watched) : null;
  if (setting === null) return walk(root, gradient, retainGraph, watched).probe;
  let first: Walk | undefined;
  const known = knownOn(root.device).find(setting.signature, () => {
    const before = totalsSoFar(setting);
    return knownFrom(setting, (first = walk(root, undefined, false, watched)), before);
  });
  if (first !== undefined) return first.probe;
  if (known === null) return walk(root, undefined, false, watched).probe;
  for (const leaf of leavesOf(known, setting)) guard(leaf);
  return repeatBackward(known, setting, root.node);
}

function walk(root: Tensor, gradient: Tensor | undefined, retainGraph: boolean, watched: Watched | undefined): Walk {
  const { order, grads, probe } = recordGradients(root, false, () => {
    const order = pathTo(root.node, (node) => node.owner !== null);
    const gradients = gradientsOf(seedOf(root, gradient, 'backward'), order);
    const leaves = order.filter((node, i) => gradients[i] !== undefined && (node.owner as Tensor | null)?.requiresGrad);
    for (const { owner } of leaves) guard(owner as Tensor);
    const grads = accumulated(leaves, gradients);
    return { order, grads, probe: watched && probeOf(watched, grads) };
  });
  const roots = [...(isFresh(root.node) ? [root.node] : []), ...grads.values(), ...(probe ? [probe] : [])];
  const evaluation = releasing(retainGraph ? [] : innerOf(order), () => evaluateNodes(root.device, roots));
  for (const [leaf, total] of grads) leaf.collected.collect(total);
  return { order, grads, probe, evaluation };
}

function probeOf({ loss, leaves }: Watched, grads: ReadonlyMap<Tensor, Node>): Node {
  return ops.total([loss.node, ...leaves.flatMap((leaf) => grads.get(leaf) ?? [])]);
}

/** What `.grad` of each leaf will be. A leaf whose value changed in between is there once for every version. */
function accumulated(leaves: readonly Node[], gradients: readonly (Node | undefined)[]): Map<Tensor, Node> {
  const totals = new Map<Tensor, Node>();
  for (const node of leaves) {
    const [leaf, g] = [node.owner as Tensor, gradients[node.place]!];
    const before = totals.get(leaf) ?? leaf.collected.value?.node;
    const total = before ? ops.add(before, g) : ops.detach(g);
    leaf.collected.recycle(total);
    totals.set(leaf, total);
  }
  return totals;
}

export interface GradOptions {
  /** The gradients can be differentiated again. Default false. */
  readonly createGraph?: boolean;
  /** The graph can be walked again. Default: as createGraph. */
  readonly retainGraph?: boolean;
  /** The gradient of the output, where it is no scalar. */
  readonly gradient?: Tensor;
}

/**
 * The gradients of `output` with respect to `inputs`, a list or one tensor, without touching any `.grad`, as torch.autograd.grad.
 * Zeros for an input that the output does not depend on.
 * @example const [dx] = grad(x.square().sum(), [x]); // 2x
 */
export function grad(
  output: Tensor,
  inputs: readonly Tensor[] | Tensor,
  { createGraph = false, retainGraph = createGraph, gradient }: GradOptions = {},
): Tensor[] {
  if (isTensor(inputs)) return grad(output, [inputs], { createGraph, retainGraph, gradient });
  for (const x of inputs) if (!x.requiresGrad) throw new GradientError('grad: every input must have requiresGrad');
  const isWanted = (node: Node) => inputs.some((x) => x.node === node || (node.owner !== null && x === node.owner));
  const { order, results } = recordGradients(output, createGraph, () => {
    const order = pathTo(output.node, isWanted);
    const gradients = gradientsOf(seedOf(output, gradient, 'grad'), order);
    return { order, results: inputs.map((x) => wrap(gradientFor(x, order, gradients))) };
  });
  const roots = [output, ...results].map(({ node }) => node).filter(isFresh);
  for (const node of roots) node.keep = true;
  releasing(retainGraph ? [] : innerOf(order), () => !createGraph && evaluateNodes(output.device, roots));
  return results;
}

/** The sum over all versions of the input that the output was made of. */
function gradientFor(x: Tensor, order: readonly Node[], gradients: readonly (Node | undefined)[]): Node {
  const versions = order.filter((node) => node === x.node || (node.owner !== null && node.owner === x));
  const found = versions.map((node) => gradients[node.place]).filter((g) => g !== undefined);
  return found.length === 0 ? ops.full(0, x.shape) : found.reduce((sum, g) => ops.add(sum, g));
}
