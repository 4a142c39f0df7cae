import type { PlainKernel } from '../kernels/kernels';
import { parts } from '../kernels/parts';
import type { Step } from './backend';

/** A step of one plain kernel, which writes one buffer. */
export interface PlainStep {
  readonly kernel: PlainKernel;
  readonly output: number;
  readonly name: string;
  /** The step that it is of. */
  readonly of: Step;
}

/** The steps with loops taken apart, for backends whose kernels have one result. */
export function plainSteps(steps: readonly Step[]): PlainStep[] {
  return steps.flatMap((of) => parts(of.kernel).map((kernel, i) => ({ kernel, output: of.outputs[i], name: of.name, of }))); // prettier-ignore
}
