import { ensureFresh } from './freshness';
import type { Node } from './node';
import { enqueue } from './recorder';

/** Keeps exactly this value, whatever happens to what it is made of, until `unpin`. */
export function pin(node: Node): void {
  if (node.recipe) {
    ensureFresh(node);
    enqueue(node);
  }
  node.keep = true;
  node.pins++;
}

/** The value goes when nobody holds it, not now: what waits to be computed may be made of it. */
export function unpin(node: Node): void {
  node.pins--;
}

/** Whether the node waits to be computed, into memory of its own, and is nothing to anybody: it can be a version itself. */
export function isUnclaimed(node: Node): boolean {
  const isWaiting = node.cell === null && !node.recipe && node.inputs.length > 0 && node.op.view === undefined;
  return isWaiting && node.owner === null && !node.resident && !node.keep && !node.isGradient && !node.requiresGrad;
}

/** Records `node` as the version that comes after `old`, which stands until the next evaluation. */
export function supersede(old: Node, node: Node, label: string): void {
  node.resident = true;
  node.replaces = old;
  node.label = label;
  if (node.deferral >= 0) enqueue(node);
}

/** The value has been computed. If it replaces another, that one's goes, unless somebody asked for it. */
export function commit(node: Node): void {
  const old = node.undone ? null : node.replaces;
  if (old !== null) {
    node.replaces = null;
    old.stale = node.label;
    if (old.pins === 0) takeOver(old, node);
    discard(old);
  }
  node.cell?.resident?.watch(node.cell); // no cell: a later version has replaced this one already
}

/** The old cell gets the new value: cells that come and go with every step would keep the collector busy. */
function takeOver(old: Node, node: Node): void {
  const { cell } = old;
  const value = node.cell!.resident;
  if (!cell?.resident || !value) return;
  old.cell = null;
  if (cell === node.cell) return; // written over
  cell.resident.become(value);
  node.cell = cell;
}

function discard(old: Node): void {
  if (old.stale === null || old.pins > 0) return;
  old.cell?.resident?.release();
  old.cell = null;
  old.recipe = true;
}

/** The evaluation that was to compute these failed: new versions count for nothing, all others are recipes. */
export function undo(nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (node.cell !== null) continue;
    node.recipe = true;
    node.undone = node.replaces !== null;
    if (node.undone) node.resident = false;
  }
}

/** The version that stands: the node itself unless its evaluation failed. */
export function standing(node: Node): Node {
  let version = node;
  while (version.undone) {
    const before: Node = version.replaces!;
    [before.owner, before.requiresGrad] = [version.owner, version.requiresGrad];
    version = before;
  }
  return version;
}
