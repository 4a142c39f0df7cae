import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { product, showShape } from '../core/shape';
import type { Node } from '../graph/node';
import { module, Module, param } from '../module';
import type { Initialiser } from '../module/initialiser';
import { countOf, flagOf, type Sizes, sizesOf } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import { settings } from '../module/tree-text';
import { convolution, type ConvolutionOptions, add, reshape, transposedConvolution } from '../ops';
import { rand, type Parameter, type Tensor } from '../tensor';
import { nodeOf } from '../tensor/wrap';
import { init } from './init';
import { extended, type PaddingMode, paddingModes } from './padding-mode';
import { type Kind, overBatch } from './spatial';

export interface ConvOptions {
  /** How far the kernel moves at a time. Default 1. */
  stride?: Sizes;
  /** Elements put before and after each axis; 'same' as many as keep the sizes, 'valid' none. Default 0. */
  padding?: Sizes | 'same' | 'valid';
  /** How far apart the elements are that the kernel meets. Default 1. */
  dilation?: Sizes;
  /** Into how many groups the channels are divided, each convolved on its own. Default 1. */
  groups?: number;
  /** Default true. */
  bias?: boolean;
  /** What is put there. Default 'zeros'. */
  paddingMode?: PaddingMode;
}
export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding' | 'paddingMode'> {
  /** By how many elements less each side has. Default 0. */
  padding?: Sizes;
  /** How many more elements there are at the end. Default 0. */
  outputPadding?: Sizes;
}

/** PyTorch's bias: uniform within 1 / sqrt(fanIn) of 0. */
const nearZero: Initialiser = Object.assign(
  (shape: readonly number[], { self }: { self: Convolving }) => {
    const bound = 1 / Math.sqrt(product(self.weightShape().slice(1)));
    return rand(shape).mul(2 * bound).sub(bound); // prettier-ignore
  },
  { label: 'uniform(1/sqrt(fanIn))' },
);

/** What all convolutions share. */
@module
abstract class Convolving extends Module {
  @param((self: Convolving) => self.weightShape(), { init: init.kaimingUniform({ a: Math.sqrt(5) }) }) weight!: Parameter; // prettier-ignore
  @param(['outChannels'], { init: nearZero }) bias!: Parameter | null;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;

  constructor(
    protected readonly kind: Kind,
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Sizes,
    { stride = 1, dilation = 1, groups = 1, bias = true }: ConvOptions | ConvTransposeOptions,
  ) {
    super();
    const { name, rank } = this.kind;
    this.groups = countOf(name, 'groups', groups);
    for (const [which, count] of Object.entries({ inChannels, outChannels }))
      if (countOf(name, which, count) % groups !== 0)
        throw new ValueError(`${name}: ${which} must be a multiple of groups, not ${count} with groups ${groups}`);
    this.kernelSize = sizesOf(name, 'kernelSize', kernelSize, rank);
    this.stride = sizesOf(name, 'stride', stride, rank);
    this.dilation = sizesOf(name, 'dilation', dilation, rank);
    if (!flagOf(name, 'bias', bias)) this.bias = null;
  }
  extraRepr(): string {
    return settings(this, { bias: this.bias !== null });
  }

  abstract weightShape(): number[];
  protected abstract convolved(x: Node): Node;

  forward(x: Tensor): Tensor {
    const { name, rank } = this.kind;
    return overBatch(name, x, rank, (batch) => {
      if (batch.shape[1] !== this.inChannels)
        throw new ShapeError(`${name}: takes ${this.inChannels} channels, not ${batch.shape[1]} of ${showShape(x.shape)}`); // prettier-ignore
      const y = this.convolved(batch);
      return this.bias === null ? y : add(y, reshape(nodeOf(this.bias), [this.outChannels, ...this.kernelSize.map(() => 1)])); // prettier-ignore
    });
  }

  /** How far the kernel reaches along each axis, less one. */
  protected reach(): number[] {
    return this.kernelSize.map((size, i) => (size - 1) * this.dilation[i]);
  }
}

/** A convolution along the last axes. */
@module
abstract class Conv extends Convolving {
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly paddingMode: PaddingMode;

  constructor(kind: Kind, inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvOptions = {}) {
    const { name, rank } = kind;
    checkOptions(name, options, ['stride', 'padding', 'dilation', 'groups', 'bias', 'paddingMode']);
    super(kind, inChannels, outChannels, kernelSize, options);
    const { padding = 0, paddingMode = 'zeros' } = options;
    if (!paddingModes.includes(paddingMode))
      throw new ValueError(`${name}: paddingMode must be one of ${paddingModes.join(', ')}, not ${show(paddingMode)}`);
    if (typeof padding === 'string' && padding !== 'same' && padding !== 'valid')
      throw new ValueError(`${name}: padding must be numbers, 'same' or 'valid', not ${show(padding)}`);
    if (padding === 'same' && this.stride.some((s) => s !== 1))
      throw new ValueError(`${name}: padding 'same' goes with stride 1, not ${show(options.stride)}`);
    this.padding = typeof padding === 'string' ? padding : sizesOf(name, 'padding', padding, rank, 0);
    this.paddingMode = paddingMode;
  }

  weightShape(): number[] {
    return [this.outChannels, this.inChannels / this.groups, ...this.kernelSize];
  }

  protected convolved(x: Node): Node {
    const { stride, dilation, groups, paddingMode } = this;
    const padding = this.pads();
    const sizes = x.shape.slice(2).map((size, i) => size + padding[i][0] + padding[i][1]);
    if (sizes.some((size, i) => size <= this.reach()[i]))
      throw new ShapeError(`${this.kind.name}: a kernel of [${this.reach().map((r) => r + 1).join(', ')}] is larger than the padded input [${sizes.join(', ')}]`); // prettier-ignore
    const isZero = paddingMode === 'zeros';
    const around = isZero ? x : extended(this.kind.name, x, padding, paddingMode);
    const options: ConvolutionOptions = { stride, dilation, groups, padding: isZero ? padding : padding.map(() => [0, 0]) }; // prettier-ignore
    return convolution(around, nodeOf(this.weight), options);
  }

  private pads(): (readonly [number, number])[] {
    const { padding } = this;
    return this.reach().map((reach, i) => {
      if (padding === 'same') return [Math.floor(reach / 2), Math.ceil(reach / 2)];
      return padding === 'valid' ? [0, 0] : [padding[i], padding[i]];
    });
  }
}

/**
 * Convolution along one axis: [N, C, L] or [C, L] to [N, outChannels, L'], where
 * L' = floor((L + 2 padding - dilation (kernelSize - 1) - 1) / stride) + 1.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html, its initialisation included.
 * @throws ValueError for options out of range, and where groups do not divide the channels
 * @example new Conv1d(3, 8, 5, { padding: 'same' }).forward(randn([2, 3, 20])).shape; // [2, 8, 20]
 */
@module
export class Conv1d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvOptions = {}) {
    super({ name: 'Conv1d', rank: 1 }, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * Convolution along two axes: [N, C, H, W] or [C, H, W] to [N, outChannels, H', W'], each size as with {@link Conv1d}.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html, its initialisation included.
 * @throws ValueError for options out of range, and where groups do not divide the channels
 * @example new Conv2d(3, 16, 3, { padding: 1 }).forward(randn([2, 3, 28, 28])).shape; // [2, 16, 28, 28]
 */
@module
export class Conv2d extends Conv {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvOptions = {}) {
    super({ name: 'Conv2d', rank: 2 }, inChannels, outChannels, kernelSize, options);
  }
}

/** The transpose of a convolution along the last axes. */
@module
abstract class ConvTranspose extends Convolving {
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  constructor(
    kind: Kind,
    inChannels: number,
    outChannels: number,
    kernelSize: Sizes,
    options: ConvTransposeOptions = {},
  ) {
    const { name, rank } = kind;
    checkOptions(name, options, ['stride', 'padding', 'outputPadding', 'dilation', 'groups', 'bias']);
    super(kind, inChannels, outChannels, kernelSize, options);
    this.padding = sizesOf(name, 'padding', options.padding ?? 0, rank, 0);
    this.outputPadding = sizesOf(name, 'outputPadding', options.outputPadding ?? 0, rank, 0);
    this.outputPadding.forEach((more, i) => {
      const most = Math.max(this.stride[i], this.dilation[i]) - 1;
      if (more > most)
        throw new ValueError(`${name}: outputPadding must be below stride or dilation, at most ${most}, not ${more}`);
    });
  }

  weightShape(): number[] {
    return [this.inChannels, this.outChannels / this.groups, ...this.kernelSize];
  }

  protected convolved(x: Node): Node {
    const { stride, dilation, groups, padding, outputPadding } = this;
    const reach = this.reach();
    const sizes = x.shape.slice(2).map((size, i) => (size - 1) * stride[i] - 2 * padding[i] + reach[i] + 1 + outputPadding[i]); // prettier-ignore
    if (sizes.some((size) => size < 1))
      throw new ShapeError(`${this.kind.name}: padding ${show(padding)} leaves nothing of ${showShape(x.shape)}: the output would be [${sizes.join(', ')}]`); // prettier-ignore
    const options = { stride, dilation, groups, padding: padding.map((p): [number, number] => [p, p]) };
    return transposedConvolution(x, nodeOf(this.weight), sizes, options);
  }
}

/**
 * The transpose of {@link Conv1d}, which goes from its output's size to its input's: [N, C, L] or [C, L] to
 * [N, outChannels, L'], where L' = (L - 1) stride - 2 padding + dilation (kernelSize - 1) + outputPadding + 1.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html, its initialisation included.
 * @throws ValueError for options out of range, and where groups do not divide the channels
 * @example new ConvTranspose1d(8, 3, 4, { stride: 2, padding: 1 }).forward(randn([2, 8, 10])).shape; // [2, 3, 20]
 */
@module
export class ConvTranspose1d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super({ name: 'ConvTranspose1d', rank: 1 }, inChannels, outChannels, kernelSize, options);
  }
}

/**
 * The transpose of {@link Conv2d}: [N, C, H, W] or [C, H, W] to [N, outChannels, H', W'], each size as with
 * {@link ConvTranspose1d}.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html, its initialisation included.
 * @throws ValueError for options out of range, and where groups do not divide the channels
 * @example new ConvTranspose2d(16, 3, 2, { stride: 2 }).forward(randn([2, 16, 7, 7])).shape; // [2, 3, 14, 14]
 */
@module
export class ConvTranspose2d extends ConvTranspose {
  constructor(inChannels: number, outChannels: number, kernelSize: Sizes, options: ConvTransposeOptions = {}) {
    super({ name: 'ConvTranspose2d', rank: 2 }, inChannels, outChannels, kernelSize, options);
  }
}
