import type { Cell, Node } from '../graph/node';
import { onOverflow, recorderOf } from '../graph/recorder';
import { backendOf } from './backends';
import { build } from './build';
import { PlanCache } from './cache';
import { collect, type Collected } from './collect';

const caches = new Map<string, PlanCache>();

export function planCache(device: string): PlanCache {
  let cache = caches.get(device);
  if (cache === undefined) caches.set(device, (cache = new PlanCache()));
  return cache;
}

/**
 * Computes everything the device has recorded, and `roots`. Kept are sinks, gradients, new versions, what `keep()`
 * named and what a backward pass to come will read. A failure leaves no value changed and clears the list.
 */
export function evaluate(device: string, roots: readonly Node[] = []): void {
  const recorder = recorderOf(device);
  const pending = recorder.pending;
  recorder.pending = [];
  const work = collect(pending, roots);
  if (work.kept.length === 0) return;
  const outputs = run(device, work);
  work.kept.forEach((node, i) => (node.cell = outputs[i]!));
  for (const node of work.kept) settle(node);
}

function run(device: string, work: Collected): Cell[] {
  const plan = planCache(device).find(work.signature, () => backendOf(device).compile(build(work.order)));
  const outputs = work.kept.map((): Cell => ({ data: null, resident: null }));
  plan.executable.run(
    work.cells.map((node) => node.cell!),
    work.scalars,
    outputs,
  );
  return outputs;
}

/** A computed node needs its recipe no longer, unless backward has yet to walk it; a new version replaces the old. */
function settle(node: Node): void {
  if (node.owner !== null || !node.requiresGrad || node.released) node.inputs = [];
  if (node.replaces !== null) retire(node.replaces, node.label ?? 'a value');
  node.replaces = null;
}

function retire(old: Node, label: string): void {
  if (old.pinned) return;
  old.stale = label;
  old.cell?.resident?.release();
  old.cell = null;
}

onOverflow((device) => {
  // nobody asked for this evaluation, so whoever holds a node must still be able to read it
  for (const node of recorderOf(device).pending) node.keep = true;
  evaluate(device);
});
