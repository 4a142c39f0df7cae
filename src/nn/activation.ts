import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { module, Module } from '../module';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import type { Input, Keeps, Output, rule } from './layer-types';

/** max(x, 0), any shape. Source: torch.nn.ReLU. @example new ReLU().forward(tensor([-1, 2])); // [0, 2] */
@module
export class ReLU extends Module {
  declare readonly [rule]: Keeps;
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** The hyperbolic tangent, any shape. Source: torch.nn.Tanh. */
@module
export class Tanh extends Module {
  declare readonly [rule]: Keeps;
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.tanh();
  }
}

/** 1 / (1 + exp(-x)), any shape. Source: torch.nn.Sigmoid. */
@module
export class Sigmoid extends Module {
  declare readonly [rule]: Keeps;
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.sigmoid();
  }
}

/** x * sigmoid(x), any shape. Source: torch.nn.SiLU. */
@module
export class SiLU extends Module {
  declare readonly [rule]: Keeps;
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.silu();
  }
}

/** x times the normal distribution function of x, or its tanh approximation. Source: torch.nn.GELU, https://arxiv.org/abs/1606.08415 */
@module
export class GELU extends Module {
  declare readonly [rule]: Keeps;
  readonly approximate: 'none' | 'tanh';
  constructor(options: { approximate?: 'none' | 'tanh' } = {}) {
    super();
    checkOptions('GELU', options, ['approximate']);
    const { approximate = 'none' } = options;
    if (approximate !== 'none' && approximate !== 'tanh')
      throw new ValueError(`GELU: approximate must be 'none' or 'tanh', not ${show(approximate)}`);
    this.approximate = approximate;
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.gelu(this.approximate);
  }
}
