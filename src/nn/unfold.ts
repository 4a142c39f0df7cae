import { ShapeError } from '../core/errors';
import { checkOptions } from '../core/options';
import { product, showShape } from '../core/shape';
import { module, Module } from '../module';
import { type Sizes, sizesOf } from '../module/option-checks';
import { pad, permute, type Pool, poolCount, putBack, reshape, windows } from '../ops';
import type { Tensor } from '../tensor';
import { overBatch } from './spatial';

export interface UnfoldOptions {
  /** How far apart the elements of a window are. Default 1. */
  dilation?: Sizes;
  /** How many zeros lie around the image. Default 0. */
  padding?: Sizes;
  /** How far windows are from each other. Default 1. */
  stride?: Sizes;
}

/** The windows along both axes. */
@module
abstract class Windowed extends Module {
  readonly dilation: Sizes;
  readonly padding: Sizes;
  readonly stride: Sizes;
  protected readonly pools: readonly Pool[];

  constructor(
    layer: string,
    readonly kernelSize: Sizes,
    options: UnfoldOptions,
  ) {
    super();
    checkOptions(layer, options, ['dilation', 'padding', 'stride']);
    const { dilation = 1, padding = 0, stride = 1 } = options;
    const list = (name: string, sizes: Sizes, least = 1) => sizesOf(layer, name, sizes, 2, least);
    const [dilations, paddings, strides] = [list('dilation', dilation), list('padding', padding, 0), list('stride', stride)]; // prettier-ignore
    this.pools = list('kernelSize', kernelSize).map((size, i) => ({ size, stride: strides[i], padding: paddings[i], dilation: dilations[i], ceil: false })); // prettier-ignore
    [this.dilation, this.padding, this.stride] = [dilation, padding, stride];
  }
}
const around = ([rows, columns]: readonly Pool[], sign: 1 | -1): number[] =>
  [columns.padding, columns.padding, rows.padding, rows.padding].map((n) => sign * n);

/** How many windows there are along each axis. @throws ShapeError where there are none */
function countsOf(layer: string, pools: readonly Pool[], sizes: readonly number[]): number[] {
  const counts = pools.map((pool, i) => poolCount(sizes[i], pool));
  if (counts.every((count) => count > 0)) return counts;
  throw new ShapeError(`${layer}: windows of [${pools.map(({ size }) => size).join(', ')}] are larger than the padded image ${showShape(sizes)}`); // prettier-ignore
}

/**
 * The windows of an image as columns: [N, C, H, W] or [C, H, W] to [N, C * size of a window, number of windows].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs of other shapes, or smaller than a window
 * @example new Unfold(2).forward(randn([1, 3, 4, 4])).shape; // [1, 12, 9]
 */
@module
export class Unfold extends Windowed {
  constructor(kernelSize: Sizes, options: UnfoldOptions = {}) {
    super('Unfold', kernelSize, options);
  }
  forward(x: Tensor): Tensor {
    return overBatch('Unfold', x, 2, (batch) => {
      const [n, channels, ...sizes] = batch.shape;
      const counts = countsOf('Unfold', this.pools, sizes);
      const padded = pad(batch, around(this.pools, 1));
      const all = this.pools.reduce((y, p, i) => windows(y, 2 + i, p.size, p.stride, p.dilation), padded);
      const area = product(this.pools.map(({ size }) => size));
      return reshape(permute(all, [0, 1, 4, 5, 2, 3]), [n, channels * area, product(counts)]);
    });
  }
}

/**
 * The transpose of {@link Unfold}: columns are windows of an image of `outputSize`, and what overlaps is added up.
 * [N, C * size of a window, number of windows] or the same without N to [N, C, ...outputSize].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html
 * @throws ValueError for options out of range
 * @throws ShapeError for inputs of other shapes
 * @example new Fold([4, 4], 2, { stride: 2 }).forward(randn([1, 12, 4])).shape; // [1, 3, 4, 4]
 */
@module
export class Fold extends Windowed {
  readonly outputSize: readonly number[];

  constructor(outputSize: Sizes, kernelSize: Sizes, options: UnfoldOptions = {}) {
    super('Fold', kernelSize, options);
    this.outputSize = sizesOf('Fold', 'outputSize', outputSize, 2);
  }
  forward(x: Tensor): Tensor {
    const { pools, outputSize } = this;
    const counts = countsOf('Fold', pools, outputSize);
    const window = pools.map(({ size }) => size);
    return overBatch('Fold', x, 1, (columns) => {
      const [n, rows, places] = columns.shape;
      if (places !== product(counts) || rows % product(window) !== 0)
        throw new ShapeError(`Fold: takes [N, a multiple of ${product(window)}, ${product(counts)}], not ${showShape(x.shape)}`); // prettier-ignore
      const split = reshape(columns, [n, rows / product(window), ...window, ...counts]);
      const all = permute(split, [0, 1, 4, 5, 2, 3]);
      const padded = pools.reduceRight((y, p, i) => putBack(y, 2 + i, outputSize[i] + 2 * p.padding, p.stride, p.dilation), all); // prettier-ignore
      return pad(padded, around(pools, -1));
    });
  }
}
