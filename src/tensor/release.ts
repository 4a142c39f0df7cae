import type { Node } from '../graph/node';
import { forgetOrigin } from '../plan';

/** Evaluates, after which these nodes were walked; where that fails, they were not. */
export function releasing<T>(walked: readonly Node[], evaluate: () => T): T {
  for (const node of walked) node.released = true;
  let result: T;
  try {
    result = evaluate();
  } catch (error) {
    for (const node of walked) node.released = false;
    throw error;
  }
  for (const node of walked) if (node.cell !== null) forgetOrigin(node);
  return result;
}
