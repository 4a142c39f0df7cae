import type { ComputeType } from '../../core/dtype';
import { product } from '../../core/shape';
import { input } from '../../expr/build';
import { substitute, topological, type Expr } from '../../expr/expr';
import type { MapKernel, PlaceKernel, PlainKernel, ReduceKernel, View } from '../../kernels/kernels';
import { used } from '../../kernels/parts';
import { contiguous } from '../../kernels/views';
import type { PlainStep } from '../plain-steps';

/** How many blocks one kernel may read, which views are numbers and no blocks, and where a value in between goes. */
export interface Narrowing {
  readonly most: number;
  isNumber(view: View): boolean;
  add(dtype: ComputeType, size: number): number;
}

/** The step as several, none of which reads more blocks than a device binds at a time. */
export function narrowed(step: PlainStep, how: Narrowing): PlainStep[] {
  const { kernel } = step;
  if (kernel.inputs.filter((view) => !how.isNumber(view)).length <= how.most) return [step];
  if (kernel.kind === 'place') return narrowedPlace(step, kernel, how);
  return kernel.kind === 'map' || kernel.kind === 'reduce' ? narrowedExpression(step, kernel, how) : [step];
}

/** The first parts, then all that as one part and the rest upon it. */
function narrowedPlace(step: PlainStep, kernel: PlaceKernel, how: Narrowing): PlainStep[] {
  const { dims, inputs, parts } = kernel;
  const { dtype } = inputs[0];
  const buffer = how.add(dtype, product(dims));
  const first = { ...kernel, inputs: inputs.slice(0, how.most), parts: parts.slice(0, how.most) };
  const whole = { start: dims.map(() => 0), step: dims.map(() => 1) };
  const rest: PlaceKernel = {
    ...kernel,
    inputs: [contiguous(buffer, dtype, dims), ...inputs.slice(how.most)],
    parts: [whole, ...parts.slice(how.most)],
  };
  return [{ ...step, kernel: first, output: buffer }, ...narrowed({ ...step, kernel: rest }, how)];
}

/** A part of the expression that reads as many as may be, by itself, then what is left. */
function narrowedExpression(step: PlainStep, kernel: MapKernel | ReduceKernel, how: Narrowing): PlainStep[] {
  const { inputs, expr } = kernel;
  const part = widestPart(expr, inputs, how);
  const dims = kernel.kind === 'map' ? kernel.dims : [...kernel.dims, ...kernel.over];
  const buffer = how.add(part.type, product(dims));
  const first: PlainKernel = { kind: 'map', dims, ...used(inputs, part) };
  const replaced = substitute(expr, (e) => (e === part ? input(inputs.length, part.type) : undefined));
  const rest = { ...kernel, ...used([...inputs, contiguous(buffer, part.type, dims)], replaced) };
  return [{ ...step, kernel: first, output: buffer }, ...narrowed({ ...step, kernel: rest }, how)];
}

function widestPart(expr: Expr, inputs: readonly View[], { most, isNumber }: Narrowing): Expr {
  const count = (e: Expr) =>
    topological([e]).filter((part) => part.op === 'input' && !isNumber(inputs[part.value])).length;
  return topological([expr])
    .filter((e) => count(e) <= most)
    .reduce((widest, e) => (count(e) > count(widest) ? e : widest));
}
