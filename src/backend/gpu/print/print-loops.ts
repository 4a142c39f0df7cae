import type { Axis } from '../../../kernels/axes';
import type { Writer } from './writer';

/** What stands in a nest of loops: `open` and `close` go around every loop but the outermost. */
export interface Nest {
  body(at: readonly string[]): void;
  open?(): void;
  close?(): void;
}

/** A longer axis is walked in blocks of this many. */
const block = 32;

/** One loop of the nest; an axis in blocks has several, the outer ones counting blocks. */
interface Loop {
  readonly axis: number;
  readonly count: number;
  /** How many of the axis, or of its blocks at this level, there are. */
  readonly limit: number;
  readonly isOutermost: boolean;
}

function loopsOver(axis: number, size: number): Loop[] {
  if (size <= block) return [{ axis, count: size, limit: size, isOutermost: true }];
  return [...loopsOver(axis, Math.ceil(size / block)), { axis, count: block, limit: size, isOutermost: false }];
}

/** Prints loops over the axes. Their bounds are constants: such loops gpu.js runs to their end, and fastest. */
export function printLoops(axes: readonly Axis[], writer: Writer, nest: Nest): void {
  const loops = axes.flatMap(({ size }, axis) => loopsOver(axis, size));
  const at = axes.map(() => '');
  printFrom(0, loops, at, writer, nest);
}

function printFrom(depth: number, loops: readonly Loop[], at: readonly string[], writer: Writer, nest: Nest): void {
  const loop = loops[depth];
  if (loop === undefined) return nest.body(at);
  const j = writer.name('j');
  if (depth > 0) nest.open?.();
  writer.block(`for (let ${j} = 0; ${j} < ${loop.count}; ${j}++)`, () => {
    const c = loop.isOutermost ? j : writer.hold('float32', `${at[loop.axis]} * ${block} + ${j}`);
    const next = at.map((own, axis) => (axis === loop.axis ? c : own));
    const isFull = loop.isOutermost || loop.limit % block === 0;
    writer.blockIf(isFull ? [] : [`${c} < ${loop.limit}`], () => printFrom(depth + 1, loops, next, writer, nest));
  });
  if (depth > 0) nest.close?.();
}
