import { product } from '../core/shape';
import type { Program, Step } from '../backend/backend';
import type { ComputeType } from '../core/dtype';
import { scalarOp, staysInEngine, type Node } from '../graph/node';
import { kernelType, type PlainKernel, type View } from '../kernels/kernels';
import { contiguous, isContiguous } from '../kernels/views';
import { copyOf, isPrimitive } from '../ops';
import { fuse } from './fuse';
import { group } from './group';
import { isOutput } from './keeping';
import { readThrough } from './read-through';
import { withOverwrites } from './overwrite';
import { placeOfReplaced } from './signature';
import { splitFolds } from './split-folds';
import { turnProducts } from './turn-products';
import { placeInArena, type Lifetime } from './memory';

/** A program in the making. */
interface Draft {
  readonly buffers: { dtype: ComputeType; size: number }[];
  readonly steps: Step[];
}

/** The program that computes `order` and hands out the values of its kept nodes. */
export function build(order: readonly Node[]): Program {
  const draft: Draft = { buffers: [], steps: [] };
  const [inputs, scalars, views]: [number[], number[], View[]] = [[], [], []];
  for (const node of order) {
    if (isPrimitive(node.op) && !node.given) {
      const from = node.inputs.map((input) => views[input.place]);
      views.push(lowered(node, from, draft));
    } else {
      const view = contiguous(newBuffer(draft, node.dtype, node.shape.size), node.dtype, node.shape);
      (node.op === scalarOp ? scalars : inputs).push(view.buffer);
      views.push(view);
    }
  }
  const claimed = new Set<number>([...inputs, ...scalars]);
  const kept = order.filter(isOutput);
  const outputs = kept.map((node) => ({
    buffer: ownBuffer(views[node.place], claimed, draft),
    resident: staysInEngine(node),
  }));
  const written = new Set(outputs.map((o) => o.buffer));
  const turned = turnProducts(withoutDead(draft.steps, written), written);
  const alive = withoutDead(readThrough(turned, written), written);
  const fused = withoutDead(fuse(alive, written), written);
  const steps = splitFolds(group(fused), (like, size) => newBuffer(draft, draft.buffers[like].dtype, size));
  const replaced = kept.map((node) => placeOfReplaced(node, order));
  const positions = replaced.map((place) => (place < 0 ? undefined : inputs.indexOf(views[place].buffer)));
  return withOverwrites(arrange({ buffers: draft.buffers, steps }, inputs, scalars, outputs), positions);
}

function newBuffer(draft: Draft, dtype: ComputeType, size: number): number {
  return draft.buffers.push({ dtype, size }) - 1;
}

function emit(kernel: PlainKernel, name: string, draft: Draft): number {
  const size = product(kernel.dims);
  const output = newBuffer(draft, kernelType(kernel), size);
  draft.steps.push({ kernel, outputs: [output], name });
  return output;
}

function lowered(node: Node, inputs: readonly View[], draft: Draft): View {
  const op = node.op;
  if (!isPrimitive(op)) throw new Error(`${op.name} is no primitive`);
  const name = (node.attrs.value as { name?: string } | null)?.name ?? op.name;
  const form = op.lower(node, inputs, (kernel) =>
    contiguous(emit(kernel, name, draft), kernelType(kernel), kernel.dims),
  );
  if ('view' in form) return { ...form.view, dims: node.shape };
  return contiguous(emit(form.kernel, name, draft), node.dtype, node.shape);
}

/** A buffer that holds exactly this view and leaves the run under no other name; a copy where there is none yet. */
function ownBuffer(view: View, claimed: Set<number>, draft: Draft): number {
  const size = product(view.dims);
  const whole = isContiguous(view) && view.offset === 0 && draft.buffers[view.buffer].size === size;
  let buffer = view.buffer;
  if (!whole || claimed.has(buffer)) {
    const copy = copyOf(view);
    if ('kernel' in copy) buffer = emit(copy.kernel, 'copy', draft);
  }
  claimed.add(buffer);
  return buffer;
}

function withoutDead(steps: readonly Step[], outputs: Iterable<number>): Step[] {
  const needed = new Set(outputs);
  const alive: Step[] = [];
  for (const step of [...steps].reverse()) {
    if (!step.outputs.some((output) => needed.has(output))) continue;
    alive.push(step);
    step.kernel.inputs.forEach((view) => needed.add(view.buffer));
  }
  return alive.reverse();
}

/** Places every buffer by its lifetime: leaves live from before the first step, outputs until after the last. */
function arrange(
  draft: Draft,
  inputs: readonly number[],
  scalars: readonly number[],
  outputs: Program['outputs'],
): Program {
  const lives: Lifetime[] = draft.buffers.map((b) => ({ bytes: 4 * b.size, from: Infinity, to: -Infinity }));
  const touch = (buffer: number, time: number) => {
    const life = lives[buffer];
    life.from = Math.min(life.from, time);
    life.to = Math.max(life.to, time);
  };
  [...inputs, ...scalars].forEach((buffer) => touch(buffer, -1));
  draft.steps.forEach((step, time) => {
    step.outputs.forEach((output) => touch(output, time));
    step.kernel.inputs.forEach((view) => touch(view.buffer, time));
  });
  outputs.forEach(({ buffer }) => touch(buffer, draft.steps.length));
  const { offsets, bytes } = placeInArena(lives);
  const buffers = draft.buffers.map((b, i) => ({ ...b, offset: offsets[i] }));
  return { buffers, arenaBytes: bytes, inputs, scalars, steps: draft.steps, outputs };
}
