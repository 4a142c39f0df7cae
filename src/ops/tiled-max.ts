import { product } from '../core/shape';
import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { arange } from './create';
import { withDerivative } from './custom';
import { cast, eq, mul } from './elementwise';
import { largest, most } from './first-max';
import { pad, sliceAxis } from './movement';
import { reshape } from './reshape';

/** Whether windows of these sizes that lie side by side along the last axes are few enough elements to be compared one by one. */
export const isTiled = (sizes: readonly number[]): boolean => product(sizes) <= most;

/**
 * The largest of each window, side by side, of so many elements along the last axes; what is left over at the ends is passed
 * over. The gradient goes to the first of equal ones, row by row.
 */
export function tiledMax(x: Node, sizes: readonly number[]): Node {
  const first = x.shape.length - sizes.length;
  const counts = sizes.map((size, i) => Math.floor(x.shape[first + i] / size));
  /** For each place within a window, row by row, the elements there of all windows. */
  const elements = sizes.reduce(
    (list, size, i) => list.flatMap((y) => Array.from({ length: size }, (_, k) => sliceAxis(y, first + i, k, k + (counts[i] - 1) * size + 1, size))), // prettier-ignore
    [x],
  );
  const { value, place } = largest(elements);
  return withDerivative([x], value, (g) => {
    // the windows' axes in pairs, of windows and of places within one: [..., count, size, count, size]
    const [outer, ones] = [x.shape.slice(0, first), counts.flatMap((count) => [count, 1])];
    const spread = (y: Node): Node => reshape(y, [...outer, ...ones]);
    const places = arange(scalarNode(0, 'int32'), scalarNode(1, 'int32'), product(sizes));
    const isFirst = eq(spread(place()), reshape(places, sizes.flatMap((size) => [1, size]))); // prettier-ignore
    const gradient = mul(spread(g), cast(isFirst, 'float32'));
    const joined = reshape(gradient, [...outer, ...counts.map((count, i) => count * sizes[i])]);
    const rest = sizes.map((size, i) => x.shape[first + i] - counts[i] * size);
    return [
      pad(
        joined,
        [...rest].reverse().flatMap((length) => [0, length]),
      ),
    ];
  });
}
