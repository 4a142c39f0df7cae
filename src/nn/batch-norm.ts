import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { module } from '../module';
import { numberOption } from '../module/option-checks';
import { cast, div } from '../ops';
import { nodeOf } from '../tensor/wrap';
import { ChannelNorm, type NormOptions } from './channel-norm';

/** What standardises each channel over the batch. */
@module
abstract class BatchNorm extends ChannelNorm {
  constructor(name: string, takes: readonly string[], numFeatures: number, options: NormOptions = {}) {
    super({ name, takes }, numFeatures, options, { affine: true, trackRunningStats: true });
  }

  protected normalised(x: Node): Node {
    this.checkChannels(x, 1);
    const share = this.training ? this.countBatch() : 0;
    if (!this.training && this.runningMean !== null) return this.scaled(this.byRunning(x, 1), 1);
    numberOption(this.kind.name, 'eps', this.eps, 'positive');
    const axes = x.shape.map((_, i) => i).filter((i) => i !== 1);
    const standardised = this.byItself(x, axes, 'value per channel');
    if (this.training) this.learn(x, standardised, axes, share);
    return this.scaled(standardised.y, 1);
  }

  /** Counts a batch; what share of the running statistics it replaces. */
  private countBatch(): number | Node {
    this.numBatchesTracked?.assign(this.numBatchesTracked.add(1));
    if (this.momentum !== null || this.numBatchesTracked === null) return this.momentum ?? 0;
    return div(scalarNode(1, 'float32'), cast(nodeOf(this.numBatchesTracked), 'float32'));
  }
}

/**
 * (x - mean) / sqrt(variance + eps) * weight + bias for each channel, over the batch: [N, C] or [N, C, L] to the same.
 *
 * While training, mean and variance (divided by n) are the batch's, and running ones (the variance divided by n - 1) are
 * kept, which eval mode uses; without `trackRunningStats` it uses the batch's too. Weight and bias go without `affine`, the
 * bias alone with `{ bias: false }`.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html, https://arxiv.org/abs/1502.03167
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs of other shapes, and for a single value per channel while training
 * @example new BatchNorm1d(3).forward(randn([8, 3])).shape; // [8, 3]
 */
@module
export class BatchNorm1d extends BatchNorm {
  constructor(numFeatures: number, options: NormOptions = {}) {
    super('BatchNorm1d', ['[N, C]', '[N, C, L]'], numFeatures, options);
  }
}

/**
 * The same for images, [N, C, H, W], as {@link BatchNorm1d} says.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html, https://arxiv.org/abs/1502.03167
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs of other shapes, and for a single value per channel while training
 * @example new BatchNorm2d(3).forward(randn([8, 3, 5, 5])).shape; // [8, 3, 5, 5]
 */
@module
export class BatchNorm2d extends BatchNorm {
  constructor(numFeatures: number, options: NormOptions = {}) {
    super('BatchNorm2d', ['[N, C, H, W]'], numFeatures, options);
  }
}
