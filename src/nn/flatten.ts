import { module, Module } from '../module';
import type { Tensor } from '../tensor';

/** Joins the axes from startDim to endDim, by default all but the batch: [N, 28, 28] to [N, 784]. Source: torch.nn.Flatten. */
@module
export class Flatten extends Module {
  constructor(
    readonly startDim = 1,
    readonly endDim = -1,
  ) {
    super();
  }
  forward(x: Tensor): Tensor {
    return x.flatten(this.startDim, this.endDim);
  }
}
