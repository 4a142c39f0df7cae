import { evaluate } from './evaluation';
import type { Tensor } from './tensor';

/** Computes the tensors together, and keeps their values. */
export async function evaluateAll(...tensors: Tensor[]): Promise<void> {
  evaluate(tensors);
  return Promise.resolve();
}

/** `keep()` on each of them. */
export function keep(...tensors: Tensor[]): void {
  tensors.forEach((t) => t.keep());
}
