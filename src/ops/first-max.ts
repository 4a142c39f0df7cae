import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { arange, full } from './create';
import { withDerivative } from './custom';
import { cast, eq, gt, logicalOr, mul, ne, where } from './elementwise';
import { select } from './movement';
import { argmax, max } from './reduce';
import { unsqueeze } from './reshape';

/** Up to so many elements are compared one by one, in one elementwise kernel; a fold of few is much slower. */
export const most = 16;

/** The largest along the last axis, whose gradient goes to the first of equal ones. */
export function firstMax(x: Node): Node {
  const [last, count] = [x.shape.length - 1, x.shape.at(-1)!];
  const few = count > most ? null : largest(Array.from({ length: count }, (_, k) => select(x, last, k)));
  return withDerivative(
    [x],
    () => few?.value() ?? max(x, last),
    (g) => {
      const place = few?.place() ?? argmax(x, last);
      const isFirst = eq(unsqueeze(place, -1), arange(scalarNode(0, 'int32'), scalarNode(1, 'int32'), count));
      return [mul(unsqueeze(g, -1), cast(isFirst, 'float32'))];
    },
  );
}

/** The largest of some tensors, element by element, and which of them it is. */
export interface Largest {
  value(): Node;
  place(): Node;
}

/** Of equal ones the first; NaN is larger than all, and of several the last, as in torch.nn.functional.max_pool2d. */
export function largest(elements: readonly Node[]): Largest {
  const [first, ...others] = elements;
  const isLarger: Node[] = [];
  const places = (k: number): Node => full(k, first.shape, 'int32');
  return {
    value: () =>
      others.reduce((value, x, k) => {
        isLarger[k] = logicalOr(gt(x, value), ne(x, x));
        return where(isLarger[k], x, value);
      }, first),
    place: () => isLarger.reduce((place, larger, k) => where(larger, places(k + 1), place), places(0)),
  };
}
