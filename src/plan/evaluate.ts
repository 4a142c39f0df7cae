import type { Backend, Executable } from '../backend/backend';
import type { TypedArray } from '../core/dtype';
import { ensureFresh } from '../graph/freshness';
import { numberOf, scalarOp, type Cell, type Node } from '../graph/node';
import { arrived, onOverflow, takeWaiting } from '../graph/recorder';
import { undo } from '../graph/versions';
import { backendOf } from './backends';
import { build } from './build';
import { StructureCache } from './cache';
import { collect } from './collect';
import { isOutput } from './keeping';
import { settle } from './settle';
import { signatureOf } from './signature';
import { watcher, type Watcher } from './watch';

const caches = new Map<Backend, StructureCache<Executable>>();

export function planCache(device: string): StructureCache<Executable> {
  const backend = backendOf(device);
  let cache = caches.get(backend);
  if (cache === undefined) caches.set(backend, (cache = new StructureCache()));
  return cache;
}

/** What was evaluated: all nodes, inputs first, those whose values were kept, and the program. */
export interface Evaluation {
  readonly order: readonly Node[];
  readonly kept: readonly Node[];
  readonly executable: Executable;
}

/**
 * Computes everything the device has recorded, and `roots`. Kept are sinks, gradients, new versions, what `keep()`
 * named and what a backward pass to come will read. A failure leaves no value changed and clears the list. On a device that
 * is lost `roots` are then tried alone, since what is a value already can be had.
 * @returns null where it was not that which was computed, or nothing was to be
 */
export function evaluate(device: string, roots: readonly Node[] = []): Evaluation | null {
  for (const root of roots) ensureFresh(root);
  const waiting = takeWaiting(device);
  try {
    return compute(device, waiting, roots);
  } catch (error) {
    undo(waiting);
    if (waiting.length === 0 || roots.length === 0 || !backendOf(device).isLost) throw error;
    compute(device, [], roots);
    return null;
  }
}

function compute(device: string, waiting: readonly Node[], roots: readonly Node[]): Evaluation | null {
  const order = collect(waiting, roots);
  const kept = order.filter(isOutput);
  if (kept.length === 0) {
    settle(order, kept, []);
    return null;
  }
  const watching = watcher();
  const began = watching ? performance.now() : 0;
  let isNew = false;
  const executable = planCache(device).find(signatureOf(order), () => {
    isNew = true;
    return backendOf(device).compile(build(order));
  });
  const planned = watching ? performance.now() : 0;
  const cells: Cell[] = [];
  const scalars: number[] = [];
  for (const node of order)
    if (node.op === scalarOp) scalars.push(numberOf(node));
    else if (node.given) cells.push(arrived(node));
  const values = execute(executable, cells, scalars, kept, watching);
  watching?.evaluation(device, isNew, began, planned, performance.now());
  settle(order, kept, values);
  return { order, kept, executable };
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
function writtenOver({ replaces }: Node, output: number, executable: Executable): Cell | null {
  const isFree = replaces?.pins === 0 && replaces.cell !== null && replaces.cell.resident !== null;
  return isFree && executable.overwrites?.(output) ? replaces.cell : null;
}

/** Where the value of the node, an output of the program, goes. */
function storageFor(node: Node, output: number, executable: Executable): Cell {
  return takeRecycled(node) ?? writtenOver(node, output, executable) ?? { data: replacedBy(node), resident: null };
}

/** Runs the program on these inputs, and gives the values of what is kept. */
export function execute(
  executable: Executable,
  inputs: readonly Cell[],
  scalars: readonly number[],
  kept: readonly Node[],
  watching: Watcher | null,
): readonly Cell[] {
  const values: Cell[] = [];
  for (let i = 0; i < kept.length; i++) values.push(storageFor(kept[i], i, executable));
  executable.run(inputs, scalars, values, watching?.kernel);
  return values;
}

onOverflow((device, waiting) => {
  // nobody asked for this evaluation, so whoever holds a node must still be able to read it
  for (const node of waiting) node.keep = true;
  evaluate(device);
});
