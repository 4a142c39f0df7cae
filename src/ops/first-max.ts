import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { arange, full } from './create';
import { withDerivative } from './custom';
import { cast, eq, logicalOr, maximum, mul, ne, where } from './elementwise';
import { select } from './movement';
import { argmax, max } from './reduce';
import { unsqueeze } from './reshape';

/** Up to so many elements are compared one by one, in one elementwise kernel; a fold of few is much slower. */
export const few = 16;

/** The largest along the last axis, whose gradient goes to the first of equal ones. */
export function firstMax(x: Node): Node {
  const [last, count] = [x.shape.length - 1, x.shape.at(-1)!];
  const elements = count > few ? null : Array.from({ length: count }, (_, k) => select(x, last, k));
  return withDerivative(
    [x],
    () => (elements ? elements.reduce(maximum) : max(x, last)),
    (g, y) => {
      const place = elements ? firstPlace(elements, y) : argmax(x, last);
      const isFirst = eq(unsqueeze(place, -1), arange(scalarNode(0, 'int32'), scalarNode(1, 'int32'), count));
      return [mul(unsqueeze(g, -1), cast(isFirst, 'float32'))];
    },
  );
}

/** Which of these is the largest, whose value is known, the first of equal ones; NaN counts as the largest. */
export function firstPlace(elements: readonly Node[], largest: Node): Node {
  const last = elements.length - 1;
  return elements.slice(0, last).reduceRight(
    (place, x, k) => {
      const isLargest = logicalOr(eq(x, largest), ne(x, x));
      return where(isLargest, full(k, x.shape, 'int32'), place);
    },
    full(last, largest.shape, 'int32'),
  );
}
