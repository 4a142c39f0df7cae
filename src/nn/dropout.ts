import { ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import { module, Module } from '../module';
import { show } from '../module/shape-declaration';
import { rand, withDevice, type Tensor } from '../tensor';
import type { Input, Keeps, Output, rule } from './layer-types';

/**
 * While training, zeroes each element with probability p and scales the others by 1 / (1 - p); identity in eval mode.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
 * @throws ValueError where p is not within [0, 1]
 */
@module
export class Dropout extends Module {
  declare readonly [rule]: Keeps;
  constructor(readonly p = 0.5) {
    super();
    probabilityOf('Dropout', 'p', p);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return this.training && this.p > 0 ? dropped(x, this.p) : x;
  }
}

/**
 * The same for whole channels: while training, [N, C, ...] loses each of its N * C channels with probability p; [C, H, W] is
 * taken as [N, C, L], as in PyTorch.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html, https://arxiv.org/abs/1411.4280
 * @throws ValueError where p is not within [0, 1]
 * @throws ShapeError for inputs of fewer than two axes, while training
 * @example new Dropout2d(0.2).forward(randn([8, 3, 5, 5])).shape; // [8, 3, 5, 5]
 */
@module
export class Dropout2d extends Module {
  declare readonly [rule]: Keeps;
  constructor(readonly p = 0.5) {
    super();
    probabilityOf('Dropout2d', 'p', p);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    if (x.shape.length < 2) throw new ShapeError(`Dropout2d: takes [N, C, ...], not ${showShape(x.shape)}`);
    return dropped(x, this.p, [...x.shape.slice(0, 2), ...x.shape.slice(2).fill(1)]);
  }
}

export function probabilityOf(layer: string, name: string, p: number): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new ValueError(`${layer}: ${name} is a probability from 0 to 1, not ${show(p)}`);
}

/** x with each element zeroed with probability p and the others scaled by 1 / (1 - p); one draw for each of `shape`. */
export function dropped(x: Tensor, p: number, shape: readonly number[] = x.shape): Tensor {
  const scale = p === 1 ? 0 : 1 / (1 - p);
  const draws = withDevice(x.device, () => rand(shape));
  return x.mul(draws.ge(p).float().mul(scale));
}
