import { ShapeError } from '../core/errors';
import { shapeOf, showShape } from '../core/shape';
import { dataNode } from '../graph/recorder';
import type { Node } from '../graph/node';
import { indexSelect } from '../ops';

export const paddingModes = ['zeros', 'reflect', 'replicate', 'circular'] as const;
/** Zeros, or what the axis holds: mirrored at its ends, its ends again, or from its other end. */
export type PaddingMode = (typeof paddingModes)[number];

/** Of which element of `length` the element at `at` is a copy, which may lie before or behind them. */
const source: Record<Exclude<PaddingMode, 'zeros'>, (at: number, length: number) => number> = {
  reflect: (at, length) => (at < 0 ? -at : at < length ? at : 2 * (length - 1) - at),
  replicate: (at, length) => Math.min(length - 1, Math.max(0, at)),
  circular: (at, length) => (at + length) % length,
};

/** x [N, C, ...spatial] continued at both ends of its spatial axes. @throws ShapeError where it is too short for that */
export function extended(
  layer: string,
  x: Node,
  padding: readonly (readonly [number, number])[],
  mode: Exclude<PaddingMode, 'zeros'>,
): Node {
  return padding.reduce((y, [before, after], i) => {
    if (before === 0 && after === 0) return y;
    const length = y.shape[2 + i];
    const most = mode === 'replicate' ? Infinity : mode === 'reflect' ? length - 1 : length;
    if (Math.max(before, after) > most)
      throw new ShapeError(`${layer}: padding ${Math.max(before, after)} with paddingMode '${mode}' is more than ${showShape(x.shape)} has; at most ${most}`); // prettier-ignore
    const places = Array.from({ length: before + length + after }, (_, k) => source[mode](k - before, length));
    return indexSelect(y, 2 + i, dataNode(Int32Array.from(places), shapeOf([places.length]), 'int32', x.device));
  }, x);
}
