import { ValueError } from '../core/errors';
import { module, Module } from '../module';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import type { Flattens, Input, Output, rule } from './layer-types';

/** Joins the axes from startDim to endDim, by default all but the batch: [N, 28, 28] to [N, 784]. Source: torch.nn.Flatten. */
@module
export class Flatten<Start extends number = 1, End extends number = -1> extends Module {
  declare readonly [rule]: Flattens<Start, End>;

  constructor(startDim?: Start, endDim?: End);
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
    for (const [name, dim] of Object.entries({ startDim, endDim }))
      if (!Number.isInteger(dim)) throw new ValueError(`Flatten: ${name} must be a whole number, not ${show(dim)}`);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim);
  }
}
