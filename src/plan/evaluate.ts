import type { Backend } from '../backend/backend';
import type { TypedArray } from '../core/dtype';
import { ensureFresh } from '../graph/freshness';
import { numberOf, scalarOp, type Cell, type Node } from '../graph/node';
import { arrived, onOverflow, takeWaiting } from '../graph/recorder';
import { undo } from '../graph/versions';
import { backendOf } from './backends';
import { build } from './build';
import { PlanCache, type Plan } from './cache';
import { collect } from './collect';
import { isOutput } from './keeping';
import { settle } from './settle';
import { signatureOf } from './signature';
import { watcher } from './watch';

const caches = new Map<Backend, PlanCache>();

export function planCache(device: string): PlanCache {
  const backend = backendOf(device);
  let cache = caches.get(backend);
  if (cache === undefined) caches.set(backend, (cache = new PlanCache()));
  return cache;
}

/**
 * Computes everything the device has recorded, and `roots`. Kept are sinks, gradients, new versions, what `keep()`
 * named and what a backward pass to come will read. A failure leaves no value changed and clears the list. On a device that
 * is lost `roots` are then tried alone, since what is a value already can be had.
 */
export function evaluate(device: string, roots: readonly Node[] = []): void {
  for (const root of roots) ensureFresh(root);
  const waiting = takeWaiting(device);
  try {
    compute(device, waiting, roots);
  } catch (error) {
    undo(waiting);
    if (waiting.length === 0 || roots.length === 0 || !backendOf(device).isLost) throw error;
    compute(device, [], roots);
  }
}

function compute(device: string, waiting: readonly Node[], roots: readonly Node[]): void {
  const order = collect(waiting, roots);
  const kept = order.filter(isOutput);
  settle(order, kept, kept.length > 0 ? run(device, order, kept) : []);
}

/** Storage for the value, if there is some: taken, since it can be written over once only. */
function takeRecycled(node: Node): Cell | null {
  const cell = node.recycled;
  node.recycled = null;
  return cell;
}

/** The array of the value that the node's takes the place of: written over instead of made anew. */
function replacedBy({ replaces, undone }: Node): TypedArray | null {
  return replaces?.pins === 0 && !undone ? (replaces.cell?.data ?? null) : null;
}

/** The cell of the value that the node's takes the place of, if the program may write over what it reads there. */
function writtenOver({ replaces }: Node, output: number, { executable }: Plan): Cell | null {
  const isFree = replaces?.pins === 0 && replaces.cell !== null && replaces.cell.resident !== null;
  return isFree && executable.overwrites?.(output) ? replaces.cell : null;
}

function run(device: string, order: readonly Node[], kept: readonly Node[]): readonly Cell[] {
  const watching = watcher();
  const began = watching ? performance.now() : 0;
  let isNew = false;
  const plan = planCache(device).find(signatureOf(order), () => {
    isNew = true;
    return backendOf(device).compile(build(order));
  });
  const planned = watching ? performance.now() : 0;
  const cells: Cell[] = [];
  const scalars: number[] = [];
  for (const node of order)
    if (node.op === scalarOp) scalars.push(numberOf(node));
    else if (node.given) cells.push(arrived(node));
  const valueOf = (node: Node, i: number): Cell =>
    takeRecycled(node) ?? writtenOver(node, i, plan) ?? { data: replacedBy(node), resident: null };
  const values = kept.map(valueOf);
  plan.executable.run(cells, scalars, values, watching?.kernel);
  watching?.evaluation(device, isNew, began, planned, performance.now());
  return values;
}

onOverflow((device, waiting) => {
  // nobody asked for this evaluation, so whoever holds a node must still be able to read it
  for (const node of waiting) node.keep = true;
  evaluate(device);
});
