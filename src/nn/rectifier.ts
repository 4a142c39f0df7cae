// Activations that grow like x where it is positive.
import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import type { Initialiser } from '../module/initialiser';
import { module, Module, param } from '../module';
import { countOf, numberOption } from '../module/option-checks';
import { where, type Parameter, type Tensor } from '../tensor';
import type { Input, Keeps, Output, rule } from './layer-types';
import { singleOption, type SingleOption } from './single-option';

/**
 * x where it is positive, negativeSlope * x elsewhere, any shape; the slope is 0.01.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
 * @throws ValueError where negativeSlope is no finite number
 * @example new LeakyReLU(0.5).forward(tensor([-2, 2])); // [-1, 2]
 */
@module
export class LeakyReLU extends Module {
  declare readonly [rule]: Keeps;
  readonly negativeSlope: number;
  constructor(negativeSlope: SingleOption<'negativeSlope', number> = 0.01) {
    super();
    const slope = singleOption('LeakyReLU', 'negativeSlope', negativeSlope, 0.01);
    this.negativeSlope = numberOption('LeakyReLU', 'negativeSlope', slope);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.where(x.gt(0), x.mul(this.negativeSlope));
  }
}

const given: Initialiser = Object.assign((_: readonly number[], { self }: { self: PReLU }) => self.init, {
  label: 'constant(init)',
});

/**
 * x where it is positive, weight * x elsewhere. One learned slope for all, or one for each channel: axis 1 of [N, C, ...].
 * They begin at `init`, 0.25.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.PReLU.html, https://arxiv.org/abs/1502.01852
 * @throws ValueError for a size that is no whole number of at least 0, and an `init` that is no finite number
 * @throws ShapeError where there are several slopes and as many channels are not there
 * @example new PReLU().forward(tensor([-4, 4])); // [-1, 4]
 */
@module
export class PReLU extends Module {
  declare readonly [rule]: Keeps;
  @param(['numParameters'], { init: given }) weight!: Parameter;
  readonly init: number;
  constructor(
    readonly numParameters = 1,
    options: { init?: number } = {},
  ) {
    super();
    countOf('PReLU', 'numParameters', numParameters, 0);
    checkOptions('PReLU', options, ['init']);
    this.init = numberOption('PReLU', 'init', options.init ?? 0.25);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    const { numParameters: n } = this;
    if (n !== 1 && x.shape[1] !== n)
      throw new ShapeError(`PReLU: takes [N, ${n}, ...] for its ${n} slopes, not ${showShape(x.shape)}`);
    const slopes = this.weight.reshape(n === 1 ? [] : [n, ...x.shape.slice(2).fill(1)]);
    return x.where(x.gt(0), x.mul(slopes));
  }
}

/**
 * x where it is positive, alpha * (exp(x) - 1) elsewhere, any shape; alpha is 1.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ELU.html, https://arxiv.org/abs/1511.07289
 * @throws ValueError where alpha is no finite number
 * @example new ELU().forward(tensor([-100, 2])); // [-1, 2]
 */
@module
export class ELU extends Module {
  declare readonly [rule]: Keeps;
  readonly alpha: number;
  constructor(alpha: SingleOption<'alpha', number> = 1) {
    super();
    this.alpha = numberOption('ELU', 'alpha', singleOption('ELU', 'alpha', alpha, 1));
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    // limited, since the branch that is not taken has a gradient too, and 0 times infinity is none
    const below = x.clamp(undefined, 0).expm1().mul(this.alpha);
    return x.where(x.gt(0), below);
  }
}

/** log(1 + exp(beta x)) / beta, and x itself where beta x is above the threshold. */
function softplus(x: Tensor, beta: number, threshold: number): Tensor {
  const scaled = x.mul(beta);
  const soft = scaled.clamp(undefined, threshold).exp().log1p().div(beta);
  return x.where(scaled.gt(threshold), soft);
}

/**
 * log(1 + exp(beta * x)) / beta, a smooth ReLU, any shape; x itself where beta * x is above the threshold. beta is 1, the
 * threshold 20.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html
 * @throws ValueError where one of them is no finite number
 * @example new Softplus({ beta: 2 }).forward(tensor([0, 100])); // [0.3466, 100]
 */
@module
export class Softplus extends Module {
  declare readonly [rule]: Keeps;
  readonly beta: number;
  readonly threshold: number;
  constructor(options: { beta?: number; threshold?: number } = {}) {
    super();
    checkOptions('Softplus', options, ['beta', 'threshold']);
    this.beta = numberOption('Softplus', 'beta', options.beta ?? 1);
    this.threshold = numberOption('Softplus', 'threshold', options.threshold ?? 20);
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return softplus(x, this.beta, this.threshold);
  }
}

/**
 * x * tanh(log(1 + exp(x))), any shape.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Mish.html, https://arxiv.org/abs/1908.08681
 * @example new Mish().forward(tensor([0, 100])); // [0, 100]
 */
@module
export class Mish extends Module {
  declare readonly [rule]: Keeps;
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    return x.mul(softplus(x, 1, 20).tanh());
  }
}

/**
 * x * clamp(x + 3, 0, 6) / 6, any shape: SiLU of straight lines and a parabola.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardswish.html, https://arxiv.org/abs/1905.02244
 * @example new Hardswish().forward(tensor([-4, 0, 4])); // [0, 0, 4]
 */
@module
export class Hardswish extends Module {
  declare readonly [rule]: Keeps;
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    // chosen rather than clamped for the slopes at the bends, which are those outside as in PyTorch
    const within = x.clamp(-3, 3);
    const parabola = within.mul(within.add(3)).div(6);
    return where(x.ge(3), x, where(x.le(-3), 0, parabola));
  }
}
