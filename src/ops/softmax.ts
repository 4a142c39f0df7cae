import { DTypeError } from '../core/errors';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { abs, add, cast, div, eq, exp, log, mul, sub, where } from './elementwise';
import { expand } from './broadcast';
import { withDerivative } from './custom';
import { max, reducedAxes, sum } from './reduce';
import { reshape } from './reshape';

function floats(name: string, x: Node): Node {
  if (x.dtype !== 'float32')
    throw new DTypeError(`${name}: needs float32, got ${x.dtype} ${showShape(x.shape)}; call .float() first`);
  return x;
}

/** The maximum along the axes, kept; 0 where it is infinite, since infinity minus itself has no value. */
function safeMax(x: Node, axes: readonly number[]): Node {
  const top = max(x, axes, true);
  return where(eq(abs(top), scalarNode(Infinity, 'float32')), scalarNode(0, 'float32'), top);
}

const isEmpty = (x: Node) => x.shape.size === 0;

/** exp(x) / sum(exp(x)) along one axis, shifted by the maximum so that nothing overflows. */
export function softmax(x: Node, axis: number): Node {
  const at = reducedAxes('softmax', [axis], floats('softmax', x).shape);
  if (isEmpty(x)) return x;
  const forward = () => {
    const e = exp(sub(x, max(x, at, true)));
    return div(e, sum(e, at, true));
  };
  return withDerivative([x], forward, (g, y) => [mul(y, sub(g, sum(mul(g, y), at, true)))]);
}

/** log(softmax(x)), computed without the quotient. */
export function logSoftmax(x: Node, axis: number): Node {
  const at = reducedAxes('logSoftmax', [axis], floats('logSoftmax', x).shape);
  if (isEmpty(x)) return x;
  const forward = () => {
    const shifted = sub(x, max(x, at, true));
    return sub(shifted, log(sum(exp(shifted), at, true)));
  };
  return withDerivative([x], forward, (g, y) => [sub(g, mul(exp(y), sum(g, at, true)))]);
}

/** log(sum(exp(x))) along the axes, without overflow. Integers are converted to float32. */
export function logsumexp(given: Node, axes?: number | readonly number[], keepdim = false): Node {
  const x = cast(given, 'float32');
  const list = reducedAxes('logsumexp', axes, x.shape);
  const kept = x.shape.map((dim, i) => (list.includes(i) ? 1 : dim));
  const out = keepdim ? kept : x.shape.filter((_, i) => !list.includes(i));
  if (list.some((i) => x.shape[i] === 0)) return log(sum(exp(x), list, keepdim));
  const forward = () => {
    const top = safeMax(x, list);
    return reshape(add(log(sum(exp(sub(x, top)), list, true)), top), out);
  };
  return withDerivative([x], forward, (g, y) => {
    const weights = exp(sub(x, reshape(y, kept)));
    return [mul(expand(reshape(g, kept), x.shape), weights)];
  });
}
