import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { buffer, Module, module, param } from '../module';
import { countOf, flagOf, numberOption } from '../module/option-checks';
import { settings } from '../module/tree-text';
import { add, detach, mean, mul, reshape, rsqrt, standardise, type Standardised, sub } from '../ops';
import type { Buffer, Parameter, Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';
import { init } from './init';
import type { Input, Keeps, Output, rule } from './layer-types';

export interface NormOptions {
  /** What is added to the variance. Default 1e-5. */
  eps?: number;
  /** The share of the running statistics that each batch replaces; null takes the average of all batches. Default 0.1. */
  momentum?: number | null;
  /** Whether a weight and a bias of each channel follow. */
  affine?: boolean;
  /** Whether there is a bias beside the weight. Default true. */
  bias?: boolean;
  /** Whether statistics are kept, which take the place of the batch's in eval mode. */
  trackRunningStats?: boolean;
}
/** What a layer is called in errors, and the shapes that it takes. */
interface Kind {
  readonly name: string;
  readonly takes: readonly string[];
}
export const rankOf = (shape: string) => shape.split(',').length;

/** What layers share that standardise channels, each on its own: their state, and what they do with it. */
@module
export abstract class ChannelNorm extends Module {
  declare readonly [rule]: Keeps;
  @param((self: ChannelNorm) => (self.affine ? [self.numFeatures] : null), { init: init.ones() }) weight!: Parameter | null; // prettier-ignore
  @param(['numFeatures']) bias!: Parameter | null;
  @buffer((self: ChannelNorm) => (self.trackRunningStats ? [self.numFeatures] : null)) runningMean!: Buffer | null;
  @buffer((self: ChannelNorm) => (self.trackRunningStats ? [self.numFeatures] : null), { init: 1 }) runningVar!: Buffer | null; // prettier-ignore
  @buffer((self: ChannelNorm) => (self.trackRunningStats ? [] : null), { dtype: 'int32' }) numBatchesTracked!: Buffer | null; // prettier-ignore
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;

  constructor(
    protected readonly kind: Kind,
    readonly numFeatures: number,
    options: NormOptions,
    { affine, trackRunningStats }: Required<Pick<NormOptions, 'affine' | 'trackRunningStats'>>,
  ) {
    super();
    const { name } = kind;
    checkOptions(name, options, ['eps', 'momentum', 'affine', 'bias', 'trackRunningStats']);
    countOf(name, 'numFeatures', numFeatures, 0);
    const { eps = 1e-5, momentum = 0.1 } = options;
    this.eps = numberOption(name, 'eps', eps, 'notNegative');
    this.momentum = momentum === null ? null : numberOption(name, 'momentum', momentum);
    this.affine = flagOf(name, 'affine', options.affine ?? affine);
    if (!flagOf(name, 'bias', options.bias ?? true) || !this.affine) this.bias = null;
    this.trackRunningStats = flagOf(name, 'trackRunningStats', options.trackRunningStats ?? trackRunningStats);
  }

  extraRepr(): string {
    return settings(this, { bias: this.bias !== null });
  }

  /** Forgets what was seen: running means 0, variances 1. */
  resetRunningStats(): void {
    this.runningMean?.assign(0);
    this.runningVar?.assign(1);
    this.numBatchesTracked?.assign(0);
  }

  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    const { name, takes } = this.kind;
    if (!takes.some((shape) => rankOf(shape) === x.shape.length))
      throw new ShapeError(`${name}: takes ${takes.join(' or ')}, not ${showShape(x.shape)}`);
    return wrap(this.normalised(nodeOf(x)));
  }

  protected abstract normalised(x: Node): Node;

  /** @throws ShapeError where the axis does not have numFeatures channels */
  protected checkChannels(x: Node, axis: number): void {
    if (x.shape[axis] === this.numFeatures) return;
    throw new ShapeError(`${this.kind.name}: takes ${this.numFeatures} channels, not ${x.shape[axis]} of ${showShape(x.shape)}`); // prettier-ignore
  }

  /** Standardised by its own statistics along the axes. @throws ShapeError for a single element, of which that is 0 */
  protected byItself(x: Node, axes: readonly number[], what: string): Standardised {
    if (countAlong(x, axes) === 1)
      throw new ShapeError(`${this.kind.name}: needs more than one ${what} to standardise, not ${showShape(x.shape)}; call eval() to use running statistics`); // prettier-ignore
    return standardise(x, axes, this.eps);
  }

  /** Standardised by the running statistics of the channels, which lie along an axis. */
  protected byRunning(x: Node, axis: number): Node {
    const along = (statistic: Buffer | null) => alongAxis(nodeOf(statistic!), x, axis);
    const scale = rsqrt(add(along(this.runningVar), scalarNode(this.eps, 'float32')));
    return mul(sub(x, along(this.runningMean)), scale);
  }

  /** Lets the statistics of a batch replace a share of the running ones; the variance becomes that of a sample. */
  protected learn(
    x: Node,
    { mean: average, variance }: Standardised,
    axes: readonly number[],
    share: number | Node,
  ): void {
    if (this.runningMean === null || this.runningVar === null || x.shape.size === 0) return;
    const count = countAlong(x, axes);
    const ofSample = mul(variance, scalarNode(count / (count - 1), 'float32'));
    for (const [running, seen] of [
      [this.runningMean, average],
      [this.runningVar, ofSample],
    ] as const) {
      // prettier-ignore
      const part = typeof share === 'number' ? scalarNode(share, 'float32') : share;
      const perChannel = this.perChannel(detach(seen));
      running.assign(wrap(add(nodeOf(running), mul(part, sub(perChannel, nodeOf(running))))));
    }
  }
  /** Statistics of [N, C, ...], N being 1 where they are of the whole batch, as one of each channel. */
  private perChannel(statistic: Node): Node {
    return mean(reshape(statistic, [statistic.shape[0], this.numFeatures]), 0);
  }

  /** y times weight plus bias, where there are any, along an axis. */
  protected scaled(y: Node, axis: number): Node {
    return scaledAlong(axis, y, this.weight, this.bias);
  }
}

const countAlong = (x: Node, axes: readonly number[]) => axes.reduce((count, axis) => count * x.shape[axis], 1);

/** A vector so shaped that it lies along an axis of x. */
const alongAxis = (vector: Node, x: Node, axis: number): Node =>
  reshape(vector, x.shape.map((dim, i) => (i === axis ? dim : 1))); // prettier-ignore

/** y times weight plus bias, where there are any; both lie along an axis of y. */
export function scaledAlong(axis: number, y: Node, weight: Parameter | null, bias: Parameter | null): Node {
  const scaled = weight === null ? y : mul(y, alongAxis(nodeOf(weight), y, axis));
  return bias === null ? scaled : add(scaled, alongAxis(nodeOf(bias), y, axis));
}
