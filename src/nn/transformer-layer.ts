import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { isTraining, module, Module, setTraining } from '../module';
import { copyHooks } from '../module/hooks';
import { countOf, flagOf, numberOption } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import { Dropout, probabilityOf } from './dropout';
import { LayerNorm } from './layer-norm';
import { Linear } from './linear';
import { type AttentionCall, checkMasks, MultiheadAttention } from './multihead-attention';

export interface TransformerLayerOptions {
  /** Features between the two linear layers. Default 2048. */
  dimFeedforward?: number;
  /** With which probability values are dropped while training. Default 0.1. */
  dropout?: number;
  /** What is between the two linear layers. Default 'relu'. */
  activation?: 'relu' | 'gelu';
  /** Default 1e-5. */
  layerNormEps?: number;
  /** Whether a batch is [N, L, E] rather than [L, N, E]. Default false. */
  batchFirst?: boolean;
  /** Whether each part normalises what it reads rather than what it gives. Default false. */
  normFirst?: boolean;
  /** Whether linear layers and norms have a bias. Default true. */
  bias?: boolean;
}
const known = ['dimFeedforward', 'dropout', 'activation', 'layerNormEps', 'batchFirst', 'normFirst', 'bias'];

/** The options, checked here so that errors do not name those of the layers inside. @throws ValueError */
function checked(layer: string, options: TransformerLayerOptions): Required<TransformerLayerOptions> {
  checkOptions(layer, options, known);
  const { dimFeedforward = 2048, dropout = 0.1, activation = 'relu', layerNormEps = 1e-5, batchFirst = false, normFirst = false, bias = true } = options; // prettier-ignore
  if (activation !== 'relu' && activation !== 'gelu')
    throw new ValueError(`${layer}: activation must be 'relu' or 'gelu', not ${show(activation)}`);
  return {
    dimFeedforward: countOf(layer, 'dimFeedforward', dimFeedforward, 0),
    dropout: probabilityOf(layer, 'dropout', dropout),
    activation,
    layerNormEps: numberOption(layer, 'layerNormEps', layerNormEps, 'notNegative'),
    batchFirst: flagOf(layer, 'batchFirst', batchFirst),
    normFirst: flagOf(layer, 'normFirst', normFirst),
    bias: flagOf(layer, 'bias', bias),
  };
}

/** What attention may not look at; masks as {@link MultiheadAttention} has them. */
export interface EncoderMasks {
  /** [L, L] or [N * nhead, L, L]. */
  srcMask?: Tensor;
  /** [N, L]. */
  srcKeyPaddingMask?: Tensor;
  /** Whether a place attends only to itself and what is before. Default false. */
  isCausal?: boolean;
}
export interface DecoderMasks {
  /** Of the target to itself: [L, L] or [N * nhead, L, L]. */
  tgtMask?: Tensor;
  /** Of the target to the memory: [L, S] or [N * nhead, L, S]. */
  memoryMask?: Tensor;
  /** [N, L] and [N, S]. */
  tgtKeyPaddingMask?: Tensor;
  memoryKeyPaddingMask?: Tensor;
  /** Whether a place of the target attends only to itself and what is before. Default false. */
  tgtIsCausal?: boolean;
  /** Whether it attends only to as many places of the memory. Default false. */
  memoryIsCausal?: boolean;
}

/** What both layers share: attention of the input to itself, the two linear layers, and how parts are joined. */
@module
abstract class TransformerLayer extends Module {
  readonly selfAttn: MultiheadAttention;
  readonly activation: 'relu' | 'gelu';
  readonly normFirst: boolean;
  abstract readonly linear1: Linear;
  abstract readonly linear2: Linear;
  abstract readonly dropout: Dropout;
  protected readonly options: Required<TransformerLayerOptions>;

  constructor(
    layer: string,
    readonly dModel: number,
    readonly nhead: number,
    options: TransformerLayerOptions,
  ) {
    super();
    this.options = checked(layer, options);
    if (countOf(layer, 'dModel', dModel) % countOf(layer, 'nhead', nhead) !== 0)
      throw new ValueError(`${layer}: dModel must be a multiple of nhead, not ${dModel} with nhead ${nhead}`);
    this.selfAttn = this.attention();
    this.activation = this.options.activation;
    this.normFirst = this.options.normFirst;
  }

  protected attention(): MultiheadAttention {
    const { dropout, batchFirst, bias } = this.options;
    return new MultiheadAttention(this.dModel, this.nhead, { dropout, batchFirst, bias });
  }
  protected norm(): LayerNorm {
    return new LayerNorm(this.dModel, { eps: this.options.layerNormEps, bias: this.options.bias });
  }
  protected linear(inputs: number, outputs: number): Linear {
    return new Linear(inputs, outputs, { bias: this.options.bias });
  }

  /** How many sequences there are, and how long they are. @throws ShapeError for anything but sequences of dModel features */
  protected sizesOf(layer: string, name: string, { shape }: Tensor): [n: number, length: number] {
    const { batchFirst } = this.options;
    if (![2, 3].includes(shape.length) || shape.at(-1) !== this.dModel)
      throw new ShapeError(`${layer}: ${name} must be ${batchFirst ? '[N, L, ' : '[L, N, '}${this.dModel}] or without N, not ${showShape(shape)}`); // prettier-ignore
    if (shape.length === 2) return [1, shape[0]];
    return batchFirst ? [shape[0], shape[1]] : [shape[1], shape[0]];
  }

  /** x + part(x), normalised before the part or after the sum. */
  protected joined(x: Tensor, norm: LayerNorm, part: (x: Tensor) => Tensor): Tensor {
    return this.normFirst ? x.add(part(norm.forward(x))) : norm.forward(x.add(part(x)));
  }
  protected attended(attention: MultiheadAttention, x: Tensor, memory: Tensor, call: AttentionCall): Tensor {
    return attention.forward(x, memory, memory, { ...call, needWeights: false })[0];
  }
  protected fed(x: Tensor): Tensor {
    const hidden: Tensor = this.linear1.forward(x);
    return this.linear2.forward(this.dropout.forward(hidden[this.activation]()));
  }
}

/**
 * Attention of a sequence to itself, then two linear layers, each added to its input and normalised:
 * [L, N, dModel], with `batchFirst` [N, L, dModel], or [L, dModel] to the same.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html,
 * https://arxiv.org/abs/1706.03762
 * @throws ValueError for options out of range, and where nhead does not divide dModel
 * @example new TransformerEncoderLayer(8, 2).forward(randn([5, 3, 8])).shape; // [5, 3, 8]
 */
@module
export class TransformerEncoderLayer extends TransformerLayer {
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super('TransformerEncoderLayer', dModel, nhead, options);
    const { dimFeedforward, dropout } = this.options;
    this.linear1 = this.linear(dModel, dimFeedforward);
    this.dropout = new Dropout(dropout);
    this.linear2 = this.linear(dimFeedforward, dModel);
    [this.norm1, this.norm2] = [this.norm(), this.norm()];
    [this.dropout1, this.dropout2] = [new Dropout(dropout), new Dropout(dropout)];
  }

  /**
   * A layer of the same class, options, values, modes and hooks, with parameters of its own. A subclass with another
   * constructor overrides it.
   */
  copy(): TransformerEncoderLayer {
    return withStateOf(
      this,
      new (this.constructor as typeof TransformerEncoderLayer)(this.dModel, this.nhead, this.options),
    );
  }

  forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    const layer = 'TransformerEncoderLayer';
    checkOptions(layer, masks, ['srcMask', 'srcKeyPaddingMask', 'isCausal']);
    const call = { attnMask: masks.srcMask, keyPaddingMask: masks.srcKeyPaddingMask, isCausal: masks.isCausal };
    const [n, length] = this.sizesOf(layer, 'src', src);
    const names = { layer, attnMask: 'srcMask', keyPaddingMask: 'srcKeyPaddingMask', isCausal: 'isCausal' };
    checkMasks(names, call, [n, this.nhead, length, length]);
    const x = this.joined(src, this.norm1, (x) => this.dropout1.forward(this.attended(this.selfAttn, x, x, call)));
    return this.joined(x, this.norm2, (x) => this.dropout2.forward(this.fed(x)));
  }
}

/**
 * Attention of a target to itself, attention to a memory, then two linear layers, each added to its input and normalised:
 * target [L, N, dModel], memory [S, N, dModel], with `batchFirst` N first, or without N, to the target's shape.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html,
 * https://arxiv.org/abs/1706.03762
 * @throws ValueError for options out of range, and where nhead does not divide dModel
 * @example new TransformerDecoderLayer(8, 2).forward(randn([5, 3, 8]), randn([7, 3, 8])).shape; // [5, 3, 8]
 */
@module
export class TransformerDecoderLayer extends TransformerLayer {
  readonly multiheadAttn: MultiheadAttention;
  readonly linear1: Linear;
  readonly dropout: Dropout;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly norm3: LayerNorm;
  readonly dropout1: Dropout;
  readonly dropout2: Dropout;
  readonly dropout3: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super('TransformerDecoderLayer', dModel, nhead, options);
    const { dimFeedforward, dropout } = this.options;
    this.multiheadAttn = this.attention();
    this.linear1 = this.linear(dModel, dimFeedforward);
    this.dropout = new Dropout(dropout);
    this.linear2 = this.linear(dimFeedforward, dModel);
    [this.norm1, this.norm2, this.norm3] = [this.norm(), this.norm(), this.norm()];
    [this.dropout1, this.dropout2, this.dropout3] = [new Dropout(dropout), new Dropout(dropout), new Dropout(dropout)];
  }

  /**
   * A layer of the same class, options, values, modes and hooks, with parameters of its own. A subclass with another
   * constructor overrides it.
   */
  copy(): TransformerDecoderLayer {
    return withStateOf(
      this,
      new (this.constructor as typeof TransformerDecoderLayer)(this.dModel, this.nhead, this.options),
    );
  }

  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    const layer = 'TransformerDecoderLayer';
    checkOptions(layer, masks, ['tgtMask', 'memoryMask', 'tgtKeyPaddingMask', 'memoryKeyPaddingMask', 'tgtIsCausal', 'memoryIsCausal']); // prettier-ignore
    const own = { attnMask: masks.tgtMask, keyPaddingMask: masks.tgtKeyPaddingMask, isCausal: masks.tgtIsCausal };
    const other = { attnMask: masks.memoryMask, keyPaddingMask: masks.memoryKeyPaddingMask, isCausal: masks.memoryIsCausal }; // prettier-ignore
    const [[n, length], [, sources]] = [this.sizesOf(layer, 'tgt', tgt), this.sizesOf(layer, 'memory', memory)];
    checkMasks({ layer, attnMask: 'tgtMask', keyPaddingMask: 'tgtKeyPaddingMask', isCausal: 'tgtIsCausal' }, own, [n, this.nhead, length, length]); // prettier-ignore
    checkMasks({ layer, attnMask: 'memoryMask', keyPaddingMask: 'memoryKeyPaddingMask', isCausal: 'memoryIsCausal' }, other, [n, this.nhead, length, sources]); // prettier-ignore
    let x = this.joined(tgt, this.norm1, (x) => this.dropout1.forward(this.attended(this.selfAttn, x, x, own)));
    x = this.joined(x, this.norm2, (x) => this.dropout2.forward(this.attended(this.multiheadAttn, x, memory, other)));
    return this.joined(x, this.norm3, (x) => this.dropout3.forward(this.fed(x)));
  }
}

function withStateOf<L extends Module>(from: L, to: L): L {
  to.loadStateDict(from.stateDict());
  const parts = new Map(to.namedModules());
  for (const [path, module] of from.namedModules()) {
    const part = parts.get(path);
    if (part === undefined) continue;
    setTraining(part, isTraining(module)); // parents first: what is inside may be in another mode
    copyHooks(module, part);
  }
  const trainable = [...from.parameters()].map((parameter) => parameter.requiresGrad);
  [...to.parameters()].forEach((parameter, i) => (parameter.requiresGrad = trainable[i]));
  return to;
}
