import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { Module, module, param } from '../module';
import { flagOf, numberOption, type Sizes, sizesOf } from '../module/option-checks';
import { settings } from '../module/tree-text';
import { add, mean, mul, rsqrt, square, standardise } from '../ops';
import type { Parameter, Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';
import { init } from './init';
import type { Input, Keeps, Output, rule } from './layer-types';

/** float32's distance from 1 to the next number. */
const epsilon = 2 ** -23;

/** What normalises the last axes, those of `normalizedShape`. */
@module
abstract class LastAxesNorm extends Module {
  declare readonly [rule]: Keeps;
  @param((self: LastAxesNorm) => (self.elementwiseAffine ? self.normalizedShape : null), { init: init.ones() }) weight!: Parameter | null; // prettier-ignore
  readonly normalizedShape: readonly number[];
  readonly elementwiseAffine: boolean;

  constructor(
    private readonly kind: { readonly name: string },
    normalizedShape: Sizes,
    elementwiseAffine = true,
  ) {
    super();
    const { name } = kind;
    const rank = Array.isArray(normalizedShape) ? normalizedShape.length : 1;
    if (rank === 0) throw new ValueError(`${name}: normalizedShape must have at least one size, not []`);
    this.normalizedShape = [...sizesOf(name, 'normalizedShape', normalizedShape, rank, 0)];
    this.elementwiseAffine = flagOf(name, 'elementwiseAffine', elementwiseAffine);
  }

  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    const { normalizedShape: last } = this;
    const first = x.shape.length - last.length;
    if (first < 0 || last.some((size, i) => size !== x.shape[first + i]))
      throw new ShapeError(`${this.kind.name}: takes [..., ${last.join(', ')}], not ${showShape(x.shape)}`);
    const y = this.normalised(nodeOf(x), last.map((_, i) => first + i)); // prettier-ignore
    return wrap(this.weight === null ? y : this.shifted(mul(y, nodeOf(this.weight))));
  }

  protected abstract normalised(x: Node, axes: readonly number[]): Node;
  protected shifted(y: Node): Node {
    return y;
  }
}

/**
 * (x - mean) / sqrt(variance + eps) * weight + bias along the last axes, [..., ...normalizedShape] to the same.
 * `eps` is 1e-5; weight and bias go without `elementwiseAffine`, the bias alone with `{ bias: false }`.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html, https://arxiv.org/abs/1607.06450
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs whose last sizes are others
 * @example new LayerNorm(4).forward(randn([2, 3, 4])).shape; // [2, 3, 4]
 */
@module
export class LayerNorm extends LastAxesNorm {
  @param((self: LayerNorm) => self.normalizedShape) bias!: Parameter | null;
  readonly eps: number;

  constructor(normalizedShape: Sizes, options: { eps?: number; elementwiseAffine?: boolean; bias?: boolean } = {}) {
    checkOptions('LayerNorm', options, ['eps', 'elementwiseAffine', 'bias']);
    super({ name: 'LayerNorm' }, normalizedShape, options.elementwiseAffine);
    this.eps = numberOption('LayerNorm', 'eps', options.eps ?? 1e-5, 'notNegative');
    if (!flagOf('LayerNorm', 'bias', options.bias ?? true) || !this.elementwiseAffine) this.bias = null;
  }
  extraRepr(): string {
    return settings(this, { bias: this.bias !== null });
  }
  protected normalised(x: Node, axes: readonly number[]): Node {
    return standardise(x, axes, this.eps).y;
  }
  protected override shifted(y: Node): Node {
    return this.bias === null ? y : add(y, nodeOf(this.bias));
  }
}

/**
 * x / sqrt(mean(x^2) + eps) * weight along the last axes, [..., ...normalizedShape] to the same. `eps` is null, which
 * stands for 2^-23, float32's own; there is no weight without `elementwiseAffine`.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html, https://arxiv.org/abs/1910.07467
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs whose last sizes are others
 * @example new RMSNorm(4).forward(randn([2, 3, 4])).shape; // [2, 3, 4]
 */
@module
export class RMSNorm extends LastAxesNorm {
  readonly eps: number | null;

  constructor(normalizedShape: Sizes, options: { eps?: number | null; elementwiseAffine?: boolean } = {}) {
    checkOptions('RMSNorm', options, ['eps', 'elementwiseAffine']);
    super({ name: 'RMSNorm' }, normalizedShape, options.elementwiseAffine);
    const { eps = null } = options;
    this.eps = eps === null ? null : numberOption('RMSNorm', 'eps', eps, 'notNegative');
  }
  protected normalised(x: Node, axes: readonly number[]): Node {
    const power = mean(square(x), axes, true);
    return mul(x, rsqrt(add(power, scalarNode(this.eps ?? epsilon, 'float32'))));
  }
}
