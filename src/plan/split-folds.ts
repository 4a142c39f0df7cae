import { product } from '../core/shape';
import type { Step } from '../backend/backend';
import { input } from '../expr/build';
import { jointAxes } from '../kernels/axes';
import { loopOfReduce, walked } from '../kernels/loops';
import type { Kernel, LoopKernel } from '../kernels/kernels';
import { contiguous } from '../kernels/views';

/** Elements from which on a fold into one result is worth dividing, and about how many each part has. */
const large = 2 ** 16;
const part = 2 ** 14;

/**
 * Folds of many elements into one result, such as a loss, are divided into parts whose results are folded in turn: threads
 * can share the parts, and a sum of sums loses less. Where it is divided follows from the sizes alone, so results do not
 * depend on the number of threads. `buffers` takes up what the parts need.
 */
export function splitFolds(steps: readonly Step[], newBuffer: (like: number, size: number) => number): Step[] {
  return steps.flatMap((step) => {
    const kernel = loopOf(step.kernel);
    const count = kernel === null ? 1 : partsOf(kernel);
    return count === 1 ? [step] : divided(kernel!, count, step, newBuffer);
  });
}

/** A loop with folds into one result, its folded axes joined; null of any other kernel. */
function loopOf(kernel: Kernel): LoopKernel | null {
  if ((kernel.kind !== 'reduce' && kernel.kind !== 'loop') || kernel.dims.some((dim) => dim !== 1)) return null;
  const loop = kernel.kind === 'loop' ? kernel : loopOfReduce(kernel);
  const { dims, inputs, folds, stores, lanes, layout } = loop;
  const axes = jointAxes(kernel.over, walked(loop).map((strides) => strides.slice(dims.length))); // prettier-ignore
  const over = axes.map(({ size }) => size);
  const along = (k: number): number[] => axes.map(({ strides }) => strides[k]);
  return {
    kind: 'loop',
    dims: [],
    over,
    inputs: inputs.map((view, k) => ({ ...view, dims: over, strides: along(stores.length + k) })),
    folds,
    stores: stores.map(({ expr }, k) => ({ expr, strides: along(k) })),
    lanes,
    ...(layout && { layout: along(stores.length + inputs.length) }),
  };
}

/** Into how many parts the first folded axis is divided; 1 where it is not. */
function partsOf({ over, folds, lanes }: LoopKernel): number {
  const size = product(over);
  if (size < large || lanes !== 'folded' || folds.length === 0 || folds.some(({ fold }) => fold.startsWith('arg'))) return 1; // prettier-ignore
  for (let count = Math.min(over[0], Math.floor(size / part)); count > 1; count--) if (over[0] % count === 0) return count; // prettier-ignore
  return 1;
}

function divided(
  kernel: LoopKernel,
  count: number,
  { outputs, name }: Step,
  newBuffer: (like: number, size: number) => number,
): Step[] {
  const { over, inputs, folds, stores, layout } = kernel;
  const split = ([first, ...rest]: readonly number[]): number[] => [first * (over[0] / count), first, ...rest];
  const sizes = [over[0] / count, ...over.slice(1)];
  const partial = folds.map((_, i) => newBuffer(outputs[i], count));
  const first: LoopKernel = {
    ...kernel,
    dims: [count],
    over: sizes,
    inputs: inputs.map((view) => ({ ...view, dims: [count, ...sizes], strides: split(view.strides) })),
    stores: stores.map(({ expr, strides }) => ({ expr, strides: split(strides) })),
    ...(layout && { layout: split(layout) }),
  };
  const joined = folds.map(({ fold, expr: { type } }, i): Step => {
    const kernel = { kind: 'reduce', fold, dims: [], over: [count], inputs: [contiguous(partial[i], type, [count])], expr: input(0, type) } as const; // prettier-ignore
    return { kernel, outputs: [outputs[i]], name };
  });
  return [{ kernel: first, outputs: [...partial, ...outputs.slice(folds.length)], name }, ...joined];
}
