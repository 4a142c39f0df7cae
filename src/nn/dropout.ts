import { ValueError } from '../core/errors';
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

export function probabilityOf(layer: string, name: string, p: number): number {
  if (typeof p === 'number' && p >= 0 && p <= 1) return p;
  throw new ValueError(`${layer}: ${name} is a probability from 0 to 1, not ${show(p)}`);
}

/** x with each element zeroed with probability p and the others scaled by 1 / (1 - p). */
export function dropped(x: Tensor, p: number): Tensor {
  const scale = p === 1 ? 0 : 1 / (1 - p);
  const draws = withDevice(x.device, () => rand(x.shape));
  return x.mul(draws.ge(p).float().mul(scale));
}
