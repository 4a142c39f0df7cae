import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { arange, full } from './create';
import { withDerivative } from './custom';
import { cast, eq, le, logicalAnd, logicalNot, maximum, mul, where } from './elementwise';
import { select } from './movement';
import { argmax, max } from './reduce';
import { unsqueeze } from './reshape';

/** Up to so many elements are compared one by one, in one elementwise kernel; a fold of few is much slower. */
const few = 16;

/** The largest along the last axis, whose gradient goes to the first of equal ones. */
export function firstMax(x: Node): Node {
  const [last, count] = [x.shape.length - 1, x.shape.at(-1)!];
  const elements = count > few ? null : Array.from({ length: count }, (_, k) => select(x, last, k));
  return withDerivative(
    [x],
    () => (elements ? elements.reduce(maximum) : max(x, last)),
    (g) => {
      const place = elements ? firstPlace(elements) : argmax(x, last);
      const isFirst = eq(unsqueeze(place, -1), arange(scalarNode(0, 'int32'), scalarNode(1, 'int32'), count));
      return [mul(unsqueeze(g, -1), cast(isFirst, 'float32'))];
    },
  );
}

/** Which of them is the largest, the first of equal ones; NaN counts as the largest. */
function firstPlace(elements: readonly Node[]): Node {
  let [best, place] = [elements[0], full(0, elements[0].shape, 'int32')];
  elements.slice(1).forEach((x, k) => {
    const isBetter = logicalAnd(logicalNot(le(x, best)), eq(best, best));
    place = where(isBetter, full(k + 1, x.shape, 'int32'), place);
    // what nobody reads would be handed out as a value
    if (k + 2 < elements.length) best = where(isBetter, x, best);
  });
  return place;
}
