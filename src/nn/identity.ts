import { module, Module } from '../module';
import type { Tensor } from '../tensor';
import type { Input, Keeps, Output, rule } from './layer-types';

/**
 * Hands its input on, any shape; arguments are taken and ignored, so that it can stand in for any layer.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html
 * @example new Identity().forward(tensor([1, 2])); // [1, 2]
 */
@module
export class Identity extends Module {
  declare readonly [rule]: Keeps;
  constructor(..._ignored: unknown[]) {
    super();
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x;
  }
}
