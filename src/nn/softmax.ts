import { ValueError } from '../core/errors';
import { module, Module } from '../module';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import type { Input, Keeps, Output, rule } from './layer-types';
import { singleOption, type SingleOption } from './single-option';

/** What normalises along an axis. */
@module
abstract class AlongAxis extends Module {
  declare readonly [rule]: Keeps;
  readonly dim: number | null;

  constructor(name: string, given: SingleOption<'dim', number | null>) {
    super();
    this.dim = singleOption(name, 'dim', given, null);
    if (this.dim !== null && !Number.isInteger(this.dim))
      throw new ValueError(`${name}: dim must be a whole number or null, not ${show(this.dim)}`);
  }
  /** PyTorch's choice where none is made: the classes of [C], [N, C] and [N, C, H, W], but axis 0 of three. */
  protected axisOf({ shape: { length: rank } }: Tensor): number {
    return this.dim ?? (rank === 0 || rank === 1 || rank === 3 ? 0 : 1);
  }
}

/**
 * exp(x) / sum(exp(x)) along the axis `dim`, any shape. Say which: null, the default, is axis 0 of a tensor with 0, 1 or 3
 * axes and else 1, which PyTorch warns of.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
 * @throws ValueError where dim is no whole number
 * @throws IndexError for inputs without that axis
 * @example new Softmax(-1).forward(tensor([[1, 1], [0, 0]])); // [[0.5, 0.5], [0.5, 0.5]]
 */
@module
export class Softmax extends AlongAxis {
  constructor(dim: SingleOption<'dim', number | null> = null) {
    super('Softmax', dim);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.softmax(this.axisOf(x));
  }
}

/**
 * log(softmax(x)) along the axis `dim`, without overflow; `dim` as of {@link Softmax}.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
 * @throws ValueError where dim is no whole number
 * @throws IndexError for inputs without that axis
 * @example new LogSoftmax(1).forward(tensor([[0, 0]])); // [[-0.6931, -0.6931]]
 */
@module
export class LogSoftmax extends AlongAxis {
  constructor(dim: SingleOption<'dim', number | null> = null) {
    super('LogSoftmax', dim);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.logSoftmax(this.axisOf(x));
  }
}
