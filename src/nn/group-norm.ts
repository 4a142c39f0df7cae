import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { Module, module, param } from '../module';
import { countOf, flagOf, numberOption } from '../module/option-checks';
import { settings } from '../module/tree-text';
import { reshape, standardise } from '../ops';
import type { Parameter, Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';
import { scaledAlong } from './channel-norm';
import { init } from './init';
import type { Input, Keeps, Output, rule } from './layer-types';

/**
 * (x - mean) / sqrt(variance + eps) * weight + bias, over each of `numGroups` groups of channels of each sample:
 * [N, C, ...] to the same. `eps` is 1e-5; weight and bias, one of each channel, go without `affine`, the bias alone with
 * `{ bias: false }`.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html, https://arxiv.org/abs/1803.08494
 * @throws ValueError for options out of range, and where groups do not divide the channels
 * @throws ShapeError for inputs with other channels, or with a single value
 * @example new GroupNorm(2, 6).forward(randn([8, 6, 5, 5])).shape; // [8, 6, 5, 5]
 */
@module
export class GroupNorm extends Module {
  declare readonly [rule]: Keeps;
  @param((self: GroupNorm) => (self.affine ? [self.numChannels] : null), { init: init.ones() }) weight!: Parameter | null; // prettier-ignore
  @param(['numChannels']) bias!: Parameter | null;
  readonly eps: number;
  readonly affine: boolean;

  constructor(
    readonly numGroups: number,
    readonly numChannels: number,
    options: { eps?: number; affine?: boolean; bias?: boolean } = {},
  ) {
    super();
    countOf('GroupNorm', 'numGroups', numGroups);
    if (countOf('GroupNorm', 'numChannels', numChannels, 0) % numGroups !== 0)
      throw new ValueError(`GroupNorm: numChannels must be a multiple of numGroups, not ${numChannels} with ${numGroups} groups`); // prettier-ignore
    checkOptions('GroupNorm', options, ['eps', 'affine', 'bias']);
    this.eps = numberOption('GroupNorm', 'eps', options.eps ?? 1e-5, 'notNegative');
    this.affine = flagOf('GroupNorm', 'affine', options.affine ?? true);
    if (!flagOf('GroupNorm', 'bias', options.bias ?? true) || !this.affine) this.bias = null;
  }
  extraRepr(): string {
    return settings(this, { bias: this.bias !== null });
  }

  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    const node = nodeOf(x);
    const [n, channels] = node.shape;
    if (node.shape.length < 2 || channels !== this.numChannels)
      throw new ShapeError(`GroupNorm: takes [N, ${this.numChannels}, ...], not ${showShape(x.shape)}`);
    if (node.shape.size === this.numGroups)
      throw new ShapeError(`GroupNorm: needs more than one value per group to standardise, not ${showShape(x.shape)}`);
    const perGroup = node.shape.slice(1).reduce((count, dim) => count * dim, 1) / this.numGroups;
    const grouped = reshape(node, [n, this.numGroups, perGroup]);
    const y = reshape(standardise(grouped, [2], this.eps).y, node.shape);
    return wrap(scaledAlong(1, y, this.weight, this.bias));
  }
}
