import type { Node } from '../graph/node';
import { module } from '../module';
import { reshape } from '../ops';
import { ChannelNorm, type NormOptions, rankOf } from './channel-norm';

/** What standardises each channel of each sample. */
@module
abstract class InstanceNorm extends ChannelNorm {
  constructor(name: string, takes: readonly string[], numFeatures: number, options: NormOptions = {}) {
    super({ name, takes }, numFeatures, options, { affine: false, trackRunningStats: false });
  }

  protected normalised(x: Node): Node {
    const batch = x.shape.length === rankOf(this.kind.takes[0]) ? x : reshape(x, [1, ...x.shape]);
    if (this.affine || this.trackRunningStats) this.checkChannels(batch, 1);
    return reshape(this.scaled(this.standardised(batch), 1), x.shape);
  }

  private standardised(x: Node): Node {
    if (!this.training && this.runningMean !== null) return this.byRunning(x, 1);
    const axes = x.shape.map((_, i) => i).slice(2);
    const standardised = this.byItself(x, axes, 'element per channel');
    if (this.training) this.learn(x, standardised, axes, this.momentum ?? 0);
    return standardised.y;
  }
}

/**
 * (x - mean) / sqrt(variance + eps) for each channel of each sample: [N, C, L] or [C, L] to the same. `affine` (default
 * false) adds a weight and, unless `bias` is false, a bias; `trackRunningStats` (default false) keeps running statistics,
 * which eval mode uses.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm1d.html, https://arxiv.org/abs/1607.08022
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs of other shapes, and for a single element per channel
 * @example new InstanceNorm1d(3).forward(randn([8, 3, 5])).shape; // [8, 3, 5]
 */
@module
export class InstanceNorm1d extends InstanceNorm {
  constructor(numFeatures: number, options: NormOptions = {}) {
    super('InstanceNorm1d', ['[N, C, L]', '[C, L]'], numFeatures, options);
  }
}

/**
 * The same for images, [N, C, H, W] or [C, H, W], as {@link InstanceNorm1d} says.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html, https://arxiv.org/abs/1607.08022
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs of other shapes, and for a single element per channel
 * @example new InstanceNorm2d(3).forward(randn([8, 3, 5, 5])).shape; // [8, 3, 5, 5]
 */
@module
export class InstanceNorm2d extends InstanceNorm {
  constructor(numFeatures: number, options: NormOptions = {}) {
    super('InstanceNorm2d', ['[N, C, H, W]', '[C, H, W]'], numFeatures, options);
  }
}
