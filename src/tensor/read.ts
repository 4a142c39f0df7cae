import { ValueError } from '../core/errors';
import { arrivals, dataAtHand } from '../graph/recorder';
import { evaluate, evaluated } from './evaluation';
import type { Tensor } from './tensor';
import { isTensor } from './wrap';

/** Computes the tensors together, and keeps their values. */
export async function evaluateAll(...tensors: Tensor[]): Promise<void> {
  const other = tensors.find((t) => !isTensor(t));
  if (other !== undefined) throw new ValueError(`evaluate: takes tensors, evaluate(a, b), not ${String(other)}`);
  await arrivals();
  await evaluated(evaluate(tensors));
}

/** The value of a tensor of one element if that is computed, and no device need be asked. */
export function itemAtHand(t: Tensor): number | undefined {
  return dataAtHand(t.node)?.[0];
}

/** `keep()` on each of them. */
export function keep(...tensors: Tensor[]): void {
  tensors.forEach((t) => t.keep());
}
