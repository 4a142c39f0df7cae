import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { module, Module } from '../module';
import { show } from '../module/shape-declaration';
import { adaptiveAveragePool, adaptiveMaxPool, averagePool, div, maxPool, type Pool, poolCount, sumPool } from '../ops';
import { scalarNode } from '../graph/recorder';
import { flagOf, type Sizes, sizesOf } from '../module/option-checks';
import { type Kind, overBatch } from './spatial';
import type { Tensor } from '../tensor';

export interface MaxPoolOptions {
  /** How far windows are from each other. Default kernelSize. */
  stride?: Sizes;
  /** How much lies around the input, at most half of a window; it is never the largest. Default 0. */
  padding?: Sizes;
  /** How far apart the elements of a window are. Default 1. */
  dilation?: Sizes;
  /** Whether a last window may stick out. Default false. */
  ceilMode?: boolean;
}
export interface AvgPoolOptions extends Omit<MaxPoolOptions, 'dilation'> {
  /** Whether the zeros around the input count as elements. Default true. */
  countIncludePad?: boolean;
}

/** What pools with windows share. */
@module
abstract class Pooling extends Module {
  protected readonly pools: readonly Pool[];
  readonly stride: Sizes;
  readonly padding: Sizes;
  readonly ceilMode: boolean;

  constructor(
    protected readonly kind: Kind,
    readonly kernelSize: Sizes,
    { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false }: MaxPoolOptions,
  ) {
    super();
    const { name, rank } = this.kind;
    const list = (what: string, sizes: Sizes, least: number) => sizesOf(name, what, sizes, rank, least);
    const [size, strides, paddings, dilations] = [list('kernelSize', kernelSize, 1), list('stride', stride, 1), list('padding', padding, 0), list('dilation', dilation, 1)]; // prettier-ignore
    const ceil = flagOf(name, 'ceilMode', ceilMode);
    [this.stride, this.padding, this.ceilMode] = [stride, padding, ceil];
    this.pools = size.map((size, i) => ({ size, stride: strides[i], padding: paddings[i], dilation: dilations[i], ceil })); // prettier-ignore
    if (this.pools.some(({ padding, size }) => padding > size / 2))
      throw new ValueError(`${name}: padding must be at most half of kernelSize ${show(kernelSize)}, not ${show(padding)}`); // prettier-ignore
  }

  protected abstract pooled(x: Node): Node;

  forward(x: Tensor): Tensor {
    return overBatch(this.kind.name, x, this.kind.rank, (batch) => {
      const sizes = batch.shape.slice(2);
      if (this.pools.some((pool, i) => poolCount(sizes[i], pool) < 1))
        throw new ShapeError(`${this.kind.name}: windows of [${this.pools.map(({ size }) => size).join(', ')}] are larger than the padded input ${showShape(x.shape)}`); // prettier-ignore
      return this.pooled(batch);
    });
  }
}

@module
abstract class MaxPool extends Pooling {
  readonly dilation: Sizes;

  constructor(kind: Kind, kernelSize: Sizes, options: MaxPoolOptions = {}) {
    checkOptions(kind.name, options, ['stride', 'padding', 'dilation', 'ceilMode']);
    super(kind, kernelSize, options);
    this.dilation = options.dilation ?? 1;
  }
  protected pooled(x: Node): Node {
    return maxPool(x, this.pools);
  }
}

/**
 * The largest of every window along an axis: [N, C, L] or [C, L] to [N, C, L'].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html
 * @throws ValueError for options out of range
 * @example new MaxPool1d(2).forward(tensor([[1, 3, 2, 5]])); // [[3, 5]]
 */
@module
export class MaxPool1d extends MaxPool {
  constructor(kernelSize: Sizes, options: MaxPoolOptions = {}) {
    super({ name: 'MaxPool1d', rank: 1 }, kernelSize, options);
  }
}

/**
 * The largest of every window along two axes: [N, C, H, W] or [C, H, W] to [N, C, H', W'].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 * @throws ValueError for options out of range
 * @example new MaxPool2d(2).forward(randn([8, 3, 28, 28])).shape; // [8, 3, 14, 14]
 */
@module
export class MaxPool2d extends MaxPool {
  constructor(kernelSize: Sizes, options: MaxPoolOptions = {}) {
    super({ name: 'MaxPool2d', rank: 2 }, kernelSize, options);
  }
}

@module
abstract class AvgPool extends Pooling {
  protected readonly countIncludePad: boolean;

  constructor(kind: Kind, kernelSize: Sizes, options: AvgPoolOptions = {}, more: readonly string[] = []) {
    checkOptions(kind.name, options, ['stride', 'padding', 'ceilMode', 'countIncludePad', ...more]);
    super(kind, kernelSize, options);
    this.countIncludePad = flagOf(this.kind.name, 'countIncludePad', options.countIncludePad ?? true);
  }
  protected pooled(x: Node): Node {
    return averagePool(x, this.pools, this.countIncludePad);
  }
}

/**
 * The mean of every window along an axis: [N, C, L] or [C, L] to [N, C, L'].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html
 * @throws ValueError for options out of range
 * @example new AvgPool1d(2).forward(tensor([[1, 3, 2, 4]])); // [[2, 3]]
 */
@module
export class AvgPool1d extends AvgPool {
  constructor(kernelSize: Sizes, options: AvgPoolOptions = {}) {
    super({ name: 'AvgPool1d', rank: 1 }, kernelSize, options);
  }
}

/**
 * The mean of every window along two axes: [N, C, H, W] or [C, H, W] to [N, C, H', W']. `divisorOverride` takes the place
 * of the number of elements.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
 * @throws ValueError for options out of range
 * @example new AvgPool2d(2).forward(randn([8, 3, 28, 28])).shape; // [8, 3, 14, 14]
 */
@module
export class AvgPool2d extends AvgPool {
  readonly divisorOverride: number | null;

  constructor(kernelSize: Sizes, options: AvgPoolOptions & { divisorOverride?: number | null } = {}) {
    super({ name: 'AvgPool2d', rank: 2 }, kernelSize, options, ['divisorOverride']);
    const { divisorOverride = null } = options;
    if (divisorOverride !== null && (!Number.isInteger(divisorOverride) || divisorOverride === 0))
      throw new ValueError(`AvgPool2d: divisorOverride must be a whole number other than 0, not ${show(divisorOverride)}`); // prettier-ignore
    this.divisorOverride = divisorOverride;
  }
  protected override pooled(x: Node): Node {
    if (this.divisorOverride === null) return super.pooled(x);
    return div(sumPool(x, this.pools), scalarNode(this.divisorOverride, 'float32'));
  }
}

/** What pools into a given number of windows share; null keeps an axis as it is. */
@module
abstract class Adaptive extends Module {
  readonly outputSize: readonly (number | null)[];

  constructor(
    protected readonly kind: Kind,
    outputSize: number | null | readonly (number | null)[],
  ) {
    super();
    const { name, rank } = kind;
    const given = Array.isArray(outputSize) ? (outputSize as readonly (number | null)[]) : null;
    const list = given ?? new Array<number | null>(rank).fill(outputSize as number | null);
    sizesOf(name, 'outputSize', list.length === rank ? list.map((n) => n ?? 1) : (outputSize as Sizes), rank, 1);
    this.outputSize = list;
  }

  protected abstract pooled(x: Node, counts: readonly number[]): Node;

  forward(x: Tensor): Tensor {
    return overBatch(this.kind.name, x, this.kind.rank, (batch) => {
      if (batch.shape.slice(2).includes(0))
        throw new ShapeError(`${this.kind.name}: ${showShape(x.shape)} has nothing to pool`);
      return this.pooled(batch, this.outputSize.map((count, i) => count ?? batch.shape[2 + i])); // prettier-ignore
    });
  }
}

/**
 * The means of `outputSize` windows, of sizes as equal as can be: [N, C, L] or [C, L] to [N, C, outputSize].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
 * @throws ValueError for sizes below 1
 * @example new AdaptiveAvgPool1d(2).forward(tensor([[1, 2, 3, 4]])); // [[1.5, 3.5]]
 */
@module
export class AdaptiveAvgPool1d extends Adaptive {
  constructor(outputSize: Sizes) {
    super({ name: 'AdaptiveAvgPool1d', rank: 1 }, outputSize);
  }
  protected pooled(x: Node, counts: readonly number[]): Node {
    return adaptiveAveragePool(x, counts);
  }
}

/**
 * The same along two axes: [N, C, H, W] or [C, H, W] to [N, C, ...outputSize]; null keeps a size.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
 * @throws ValueError for sizes below 1
 * @example new AdaptiveAvgPool2d(1).forward(randn([8, 32, 7, 7])).shape; // [8, 32, 1, 1]
 */
@module
export class AdaptiveAvgPool2d extends Adaptive {
  constructor(outputSize: number | null | readonly (number | null)[]) {
    super({ name: 'AdaptiveAvgPool2d', rank: 2 }, outputSize);
  }
  protected pooled(x: Node, counts: readonly number[]): Node {
    return adaptiveAveragePool(x, counts);
  }
}

/**
 * The largest of the same windows: [N, C, H, W] or [C, H, W] to [N, C, ...outputSize]; null keeps a size.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
 * @throws ValueError for sizes below 1
 * @example new AdaptiveMaxPool2d([5, null]).forward(randn([8, 32, 9, 7])).shape; // [8, 32, 5, 7]
 */
@module
export class AdaptiveMaxPool2d extends Adaptive {
  constructor(outputSize: number | null | readonly (number | null)[]) {
    super({ name: 'AdaptiveMaxPool2d', rank: 2 }, outputSize);
  }
  protected pooled(x: Node, counts: readonly number[]): Node {
    return adaptiveMaxPool(x, counts);
  }
}
