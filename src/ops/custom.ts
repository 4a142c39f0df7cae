import { gradEnabled, withGradMode } from '../core/mode';
import { noAttrs, type Node } from '../graph/node';
import { record } from '../graph/recorder';
import { isContiguous } from '../kernels/views';
import { copyOf } from './reshape';
import { primitive } from './primitive';

const aliasOp = primitive({
  name: 'alias',
  view: 'same order',
  lower: (_, [x]) => ({ view: x }),
  derivative: (_, g) => g,
});

/** Another node with the same value, through which gradients flow. */
export function alias(x: Node): Node {
  return record(aliasOp, [x], noAttrs, x.shape, x.dtype);
}

const detachOp = primitive({ name: 'detach', lower: (_, [x]) => (isContiguous(x) ? { view: x } : copyOf(x)) });

/** The same value as a constant, in row-major order: no gradient flows through it, and no graph hangs on it. */
export function detach(x: Node): Node {
  return record(detachOp, [x], noAttrs, x.shape, x.dtype);
}

/** Gradients for each of the inputs, from the output and its gradient. */
export type Backward = (g: Node, y: Node) => readonly (Node | null)[];
interface Rule {
  readonly backward: Backward;
  /** What it gave for the gradient that it was asked for last: once for all inputs. */
  last?: { readonly g: Node; readonly result: readonly (Node | null)[] };
}

const customOp = primitive({
  name: 'custom',
  lower: (_, inputs) => ({ view: inputs[0] }),
  derivative(node, g, i) {
    if (i === 0) return null;
    const rule = node.rule as Rule;
    if (rule.last?.g !== g) rule.last = { g, result: rule.backward(g, node) };
    return rule.last.result[i - 1] ?? null;
  },
  needs: (node) => [-1, ...node.inputs.map((_, i) => i).slice(1)],
});

/**
 * `forward(...inputs)` with a derivative of its own: the way to give a composition a better backward pass than its
 * parts would have. `backward` is built of operations, so it can be differentiated again.
 */
export function withDerivative(inputs: readonly Node[], forward: () => Node, backward: Backward): Node {
  if (!gradEnabled() || !anyRequiresGrad(inputs)) return forward();
  const value = withGradMode(false, forward);
  const node = record(customOp, [value, ...inputs], noAttrs, value.shape, value.dtype);
  node.rule = { backward } satisfies Rule;
  return node;
}

function anyRequiresGrad(inputs: readonly Node[]): boolean {
  for (const { requiresGrad } of inputs) if (requiresGrad) return true;
  return false;
}
