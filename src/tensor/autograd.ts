import { GradientError, ShapeError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { currentDevice, setCurrentDevice } from '../graph/recorder';
import * as ops from '../ops';
import { evaluate, evaluateNodes } from './evaluation';
import type { Tensor } from './tensor';
import { wrap } from './wrap';

/** Called before a leaf receives its first gradient: the module layer refuses parameters outside of the tree. */
let guard: (leaf: Tensor) => void = () => undefined;
export function setGradientGuard(fn: (leaf: Tensor) => void): void {
  guard = fn;
}

const twice =
  'backward: this graph was walked before and its intermediate values are gone; pass { retainGraph: true } the first time, or compute the loss again';

/** Nodes between the root and the leaves that gradients flow through, each after its inputs. */
function pathTo(root: Node): Node[] {
  const order: Node[] = [];
  const state = new Map<Node, boolean>();
  const stack = [root];
  while (stack.length > 0) {
    const node = stack[stack.length - 1]!;
    const inputs =
      node.owner === null && !state.has(node) ? node.inputs.filter((n) => n.requiresGrad && !state.has(n)) : [];
    if (!state.has(node)) state.set(node, false);
    stack.push(...inputs);
    if (inputs.length > 0) continue;
    stack.pop();
    if (state.get(node)) continue;
    state.set(node, true);
    order.push(node);
  }
  return order;
}

/** The gradient of every node on the way, from that of the root. */
function gradientsOf(root: Node, seed: Node, order: readonly Node[]): Map<Node, Node> {
  const gradients = new Map([[root, seed]]);
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at]!;
    const g = gradients.get(node);
    if (g === undefined || node.owner !== null) continue;
    if (node.released) throw new GradientError(twice);
    node.inputs.forEach((input, i) => {
      const flow = input.requiresGrad ? node.op.derivative!(node, g, i) : null;
      if (flow === null) return;
      const before = gradients.get(input);
      gradients.set(input, before ? ops.add(before, flow) : flow);
    });
  }
  return gradients;
}

/** Runs `fn` on the device of `root`, where the constants that gradients start from belong. */
function alongside<T>(root: Tensor, createGraph: boolean, fn: () => T): T {
  const before = currentDevice();
  setCurrentDevice(root.device);
  try {
    return withGradMode(createGraph, fn);
  } finally {
    setCurrentDevice(before);
  }
}

function release(order: readonly Node[]): void {
  for (const node of order) if (node.owner === null) node.released = true;
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
  if (gradient && gradient.node.shape !== root.node.shape)
    throw new ShapeError(
      `${name}: the gradient ${showShape(gradient.shape)} must have the tensor's shape ${showShape(root.shape)}`,
    );
  return gradient ? gradient.node : ops.full(1, root.shape);
}

/** Walks the graph of `root` and adds gradients to the leaves; see Tensor.backward. */
export function backward(
  root: Tensor,
  gradient: Tensor | undefined,
  { retainGraph = false }: { retainGraph?: boolean },
): void {
  const grads = alongside(root, false, () => {
    const order = pathTo(root.node);
    const gradients = gradientsOf(root.node, seedOf(root, gradient, 'backward'), order);
    const leaves = order.filter((node) => node.owner !== null && gradients.has(node));
    leaves.forEach((node) => node.owner !== null && guard(node.owner as Tensor));
    if (!retainGraph) release(order);
    return leaves.map((node) => accumulate(node.owner as Tensor, gradients.get(node)!));
  });
  evaluateNodes(root.device, [root.node, ...grads]);
}

function accumulate(leaf: Tensor, g: Node): Node {
  const total = leaf.grad ? ops.add(leaf.grad.node, g) : ops.alias(g);
  leaf.grad = wrap(total);
  return total;
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
 * The gradients of `output` with respect to `inputs`, without touching any `.grad`, as torch.autograd.grad.
 * Zeros for an input that the output does not depend on.
 * @example const [dx] = grad(x.square().sum(), [x]); // 2x
 */
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  { createGraph = false, retainGraph = createGraph, gradient }: GradOptions = {},
): Tensor[] {
  for (const x of inputs) if (!x.requiresGrad) throw new GradientError('grad: every input must have requiresGrad');
  const results = alongside(output, createGraph, () => {
    const order = pathTo(output.node);
    const gradients = gradientsOf(output.node, seedOf(output, gradient, 'grad'), order);
    if (!retainGraph) release(order);
    return inputs.map((x) => wrap(gradients.get(x.node) ?? ops.full(0, x.shape)));
  });
  if (!createGraph) evaluate(results);
  return results;
}
