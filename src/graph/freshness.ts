import { StaleError } from '../core/errors';
import { showShape } from '../core/shape';
import { nextMark, type Node } from './node';

/** The overwritten version that stands between the node and its value, if there is one. */
function overwritten(root: Node): Node | null {
  const mark = nextMark();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.mark === mark || node.cell !== null) continue;
    node.mark = mark;
    // one that somebody asked for stands, even where it is not computed yet
    if (node.stale !== null && node.pins === 0) return node;
    for (const input of node.inputs) stack.push(input);
  }
  return null;
}

/** Whether the node has a value, or can have one. */
export function isFresh(node: Node): boolean {
  return !node.recipe || overwritten(node) === null;
}

/** Throws where the node has no value and can have none any more, since a version that it is made of was overwritten. */
export function ensureFresh(node: Node): void {
  const version = node.recipe ? overwritten(node) : null;
  if (version === null) return;
  throw new StaleError(
    `this value was not kept, and to compute it again ${version.stale} ${showShape(version.shape)} would be needed as ` +
      'it was before it changed; before the change (before optimizer.step(), say) read it, run backward through it, or ' +
      'call keep() on the tensor',
  );
}
