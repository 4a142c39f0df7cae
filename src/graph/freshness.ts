import { StaleError } from '../core/errors';
import { showShape } from '../core/shape';
import { nextMark, type Node } from './node';

/** Throws where the node has no value and can have none any more, since a version that it is made of was overwritten. */
export function ensureFresh(root: Node): void {
  const mark = nextMark();
  const stack = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.mark === mark || node.cell !== null) continue;
    node.mark = mark;
    if (node.stale !== null) throw staleError(node);
    for (const input of node.inputs) stack.push(input);
  }
}

function staleError(node: Node): StaleError {
  return new StaleError(
    `this value was not kept, and to compute it again ${node.stale} ${showShape(node.shape)} would be needed as it was ` +
      'before it changed; before the change (before optimizer.step(), say) read it, run backward through it, or call ' +
      'keep() on the tensor',
  );
}
