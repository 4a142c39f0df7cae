import { withGradMode } from '../core/mode';
import type { Optimizer } from '../optim';
import { div, type Parameter, type Tensor } from '../tensor';

export interface Clipping {
  /**
   * The largest norm that the gradients may have, all together: they are scaled down to it.
   * Source: torch.nn.utils.clip_grad_norm_
   */
  readonly clipNorm?: number;
  /** The largest absolute value that an element of a gradient may have. Source: torch.nn.utils.clip_grad_value_ */
  readonly clipValue?: number;
}

/** Clips the gradients of the optimizer's parameters; computed together with its step. */
export function clipGradients(optimizer: Optimizer<any>, { clipNorm, clipValue }: Clipping): void {
  withGradMode(false, () => {
    if (clipValue !== undefined) replaceGradients(optimizer, (gradient) => gradient.clamp(-clipValue, clipValue));
    if (clipNorm === undefined) return;
    const squares = gradientsOf(optimizer).map((gradient) => gradient.square().sum());
    if (squares.length === 0) return;
    const norm = squares.reduce((total, square) => total.add(square)).sqrt();
    const factor = div(clipNorm, norm.add(1e-6)).clamp(undefined, 1);
    replaceGradients(optimizer, (gradient) => gradient.mul(factor));
  });
}

export const parametersOf = (optimizer: Optimizer<any>): readonly Parameter[] =>
  optimizer.paramGroups.length === 1
    ? optimizer.paramGroups[0].params
    : optimizer.paramGroups.flatMap(({ params }) => params);

/** The gradients, to be read at once: what nobody else has looked at can be written over by the next. */
function gradientsOf(optimizer: Optimizer<any>): Tensor[] {
  return parametersOf(optimizer).flatMap(({ collected: { value } }) => (value === null ? [] : [value]));
}

function replaceGradients(optimizer: Optimizer<any>, change: (gradient: Tensor) => Tensor): void {
  for (const { params } of optimizer.paramGroups)
    for (const { collected } of params) if (collected.value) collected.collect(kept(change(collected.value)).node);
}

/** `.grad` stays readable after the step, which writes over what it was computed from. */
function kept(gradient: Tensor): Tensor {
  gradient.keep();
  return gradient;
}
