import type { Step } from '../backend/backend';
import { topological, type Expr } from '../expr/expr';
import { jointAxes } from '../kernels/axes';
import type { View } from '../kernels/kernels';
import { loopOfMap, walked } from '../kernels/loops';

/** A step that computes expressions of whole arrays, element by element. */
interface Flat {
  readonly step: Step;
  readonly size: number;
  readonly inputs: readonly View[];
  readonly exprs: readonly Expr[];
  /** By how much it moves along each input, 0 or 1; null where there is one element, and it does not matter. */
  readonly strides: readonly number[] | null;
  /** The same for steps that compute the same. */
  readonly key: string;
}

/**
 * Neighbours that compute the same of different arrays, as the updates of all parameters do, become one kernel: it is emitted
 * once for all sizes, and threads share it as one.
 */
export function group(steps: readonly Step[]): Step[] {
  const grouped: Step[] = [];
  let members: Flat[] = [];
  const written = new Set<number>();
  const end = (): void => {
    grouped.push(...(members.length > 1 ? [joined(members)] : members.map(({ step }) => step)));
    members = [];
    written.clear();
  };
  for (const step of steps) {
    const flat = flatOf(step);
    if (members.length > 0 && !(flat && isAlike(flat, members[0]) && !reads(step, written))) end();
    if (flat && (members.length > 0 || flat.strides)) {
      members.push(flat);
      for (const buffer of step.outputs) written.add(buffer);
    } else grouped.push(step);
  }
  end();
  return grouped;
}

/** The step as one that goes through arrays from end to end; null for any other. */
function flatOf(step: Step): Flat | null {
  const { kernel } = step;
  if (kernel.kind !== 'map' && kernel.kind !== 'loop') return null;
  const loop = kernel.kind === 'map' ? loopOfMap(kernel) : kernel;
  const exprs = loop.stores.map(({ expr }) => expr);
  if (loop.folds.length > 0 || loop.dims.includes(0)) return null;
  const axes = jointAxes(loop.dims, walked(loop));
  const { size, strides } = axes[0] ?? { size: 1, strides: null };
  if (axes.length > 1 || strides?.some((stride, k) => stride !== 1 && (stride !== 0 || k < exprs.length))) return null;
  if (topological(exprs).some(({ op }) => op === 'index')) return null;
  const { inputs } = loop;
  const key = [...exprs.map(({ id }) => id), ...inputs.map(({ dtype }) => dtype)].join();
  return { step, size, inputs, exprs, strides: strides && strides.slice(exprs.length), key };
}

function isAlike({ key, strides }: Flat, first: Flat): boolean {
  return key === first.key && (strides === null || strides.join() === first.strides!.join());
}

const reads = ({ kernel }: Step, buffers: ReadonlySet<number>): boolean =>
  kernel.inputs.some(({ buffer }) => buffers.has(buffer));

function joined(members: readonly Flat[]): Step {
  const sizes = members.map(({ size }) => size);
  const { exprs, strides } = members[0];
  return {
    kernel: {
      kind: 'group',
      dims: [sizes.reduce((a, b) => a + b)],
      sizes,
      inputs: members.flatMap(({ inputs, size }) => inputs.map((view, k) => ({ ...view, dims: [size], strides: [strides![k]] }))), // prettier-ignore
      exprs,
    },
    outputs: members.flatMap(({ step }) => step.outputs),
    name: members[0].step.name,
  };
}
