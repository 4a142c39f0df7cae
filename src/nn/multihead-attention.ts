import { DTypeError, ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { module, Module, param } from '../module';
import { countOf, flagOf } from '../module/option-checks';
import { concatenate, tensor, where, withDevice, zeros, type Parameter, type Tensor } from '../tensor';
import { dropped, probabilityOf } from './dropout';
import { init } from './init';
import { Linear } from './linear';
import { projected } from './recurrent-cell';
import { attended, attentionWeights, causalMask } from './scaled-dot-product-attention';

export interface MultiheadAttentionOptions {
  /** With which probability a weight is dropped while training. Default 0. */
  dropout?: number;
  /** Whether the projections have a bias. Default true. */
  bias?: boolean;
  /** Whether a learned key and value stand at the end of the others. Default false. */
  addBiasKv?: boolean;
  /** Whether a key and a value of zeros stand there. Default false. */
  addZeroAttn?: boolean;
  /** Features of keys. Default embedDim. */
  kdim?: number;
  /** Features of values. Default embedDim. */
  vdim?: number;
  /** Whether a batch is [N, L, E] rather than [L, N, E]. Default false. */
  batchFirst?: boolean;
}
export interface AttentionCall {
  /** [N, S], bool, true where a key is to be ignored, or float32, added to the products. */
  keyPaddingMask?: Tensor;
  /** Whether the weights are handed out. Default true. */
  needWeights?: boolean;
  /** [L, S] or [N * numHeads, L, S], bool, true where attention is not allowed, or float32, added to the products. */
  attnMask?: Tensor;
  /** Whether the weights are the mean over the heads. Default true. */
  averageAttnWeights?: boolean;
  /** Whether a place attends only to itself and what is before. Default false. Less work where `needWeights` is false. */
  isCausal?: boolean;
}

const layer = 'MultiheadAttention';

/**
 * Attention in several heads: queries [L, N, embedDim], keys [S, N, kdim], values [S, N, vdim], with `batchFirst` N first, or
 * without N. Gives the output, as large as the queries, and the weights [N, L, S] or, not averaged, [N, numHeads, L, S];
 * null without `needWeights`. A query whose keys are all masked gives NaN, as in PyTorch, and without `needWeights` what it
 * gives of zeros.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html, its initialisation and names of
 * parameters included; https://arxiv.org/abs/1706.03762
 * @throws ValueError for options out of range and where heads do not divide embedDim, ShapeError for inputs of other sizes
 * @example new MultiheadAttention(8, 2).forward(x, x, x)[0].shape; // that of x: [5, 3, 8]
 */
@module
export class MultiheadAttention extends Module {
  @param((self: MultiheadAttention) => self.own('q'), { init: init.xavierUniform() }) qProjWeight!: Parameter | null;
  @param((self: MultiheadAttention) => self.own('k'), { init: init.xavierUniform() }) kProjWeight!: Parameter | null;
  @param((self: MultiheadAttention) => self.own('v'), { init: init.xavierUniform() }) vProjWeight!: Parameter | null;
  @param((self: MultiheadAttention) => (self.isJoint ? [3 * self.embedDim, self.embedDim] : null), {
    init: init.xavierUniform(),
  })
  inProjWeight!: Parameter | null;
  @param((self: MultiheadAttention) => [3 * self.embedDim], { init: init.zeros() }) inProjBias!: Parameter | null;
  @param((self: MultiheadAttention) => (self.addBiasKv ? [1, 1, self.embedDim] : null), { init: init.xavierNormal() })
  biasK!: Parameter | null;
  @param((self: MultiheadAttention) => (self.addBiasKv ? [1, 1, self.embedDim] : null), { init: init.xavierNormal() })
  biasV!: Parameter | null;
  readonly outProj: Linear;
  readonly dropout: number;
  readonly addBiasKv: boolean;
  readonly addZeroAttn: boolean;
  readonly batchFirst: boolean;
  readonly kdim: number;
  readonly vdim: number;

  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    options: MultiheadAttentionOptions = {},
  ) {
    super();
    checkOptions(layer, options, ['dropout', 'bias', 'addBiasKv', 'addZeroAttn', 'kdim', 'vdim', 'batchFirst']);
    if (countOf(layer, 'embedDim', embedDim) % countOf(layer, 'numHeads', numHeads) !== 0)
      throw new ValueError(`${layer}: embedDim must be a multiple of numHeads, not ${embedDim} with ${numHeads} heads`);
    const flag = (name: 'bias' | 'addBiasKv' | 'addZeroAttn' | 'batchFirst', otherwise: boolean) => flagOf(layer, name, options[name] ?? otherwise); // prettier-ignore
    this.dropout = probabilityOf(layer, 'dropout', options.dropout ?? 0);
    const bias = flag('bias', true);
    if (!bias) this.inProjBias = null;
    [this.addBiasKv, this.addZeroAttn, this.batchFirst] = [flag('addBiasKv', false), flag('addZeroAttn', false), flag('batchFirst', false)]; // prettier-ignore
    this.kdim = countOf(layer, 'kdim', options.kdim ?? embedDim);
    this.vdim = countOf(layer, 'vdim', options.vdim ?? embedDim);
    this.outProj = new Linear(embedDim, embedDim, { bias });
  }

  onInit(): void {
    if (this.outProj.bias !== null) this.outProj.bias.assign(zeros([this.embedDim]));
  }

  /** Whether one weight projects queries, keys and values. */
  get isJoint(): boolean {
    return this.kdim === this.embedDim && this.vdim === this.embedDim;
  }
  /** The shape of a weight of its own. */
  own(which: 'q' | 'k' | 'v'): [number, number] | null {
    const features = { q: this.embedDim, k: this.kdim, v: this.vdim }[which];
    return this.isJoint ? null : [this.embedDim, features];
  }

  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionCall = {},
  ): [output: Tensor, weights: Tensor | null] {
    checkOptions(layer, options, ['keyPaddingMask', 'needWeights', 'attnMask', 'averageAttnWeights', 'isCausal']);
    const isBatch = query.shape.length === 3;
    this.#check(query, key, value);
    const [q, ...given] = this.#projections(query, key, value).map((x) => this.#split(isBatch ? x : x.unsqueeze(this.batchFirst ? 0 : 1))); // prettier-ignore
    checkMasks(names, options, [q.shape[0], this.numHeads, q.shape[2], given[0].shape[2]]);
    const [k, v] = given.map((x, i) => this.#withMore(x, [this.biasK, this.biasV][i]));
    const added = mask(options, q, given[0]);
    const isCausal = isTriangle(options) && k.shape[2] === given[0].shape[2];
    const products = attentionWeights(q, k, { isCausal });
    const shares = sharesOf(products, added && added.pad([0, k.shape[2] - given[0].shape[2]]), options);
    const kept = this.training && this.dropout > 0 ? dropped(shares, this.dropout) : shares;
    const output: Tensor = this.outProj.forward(this.#joined(attended(kept, v, isCausal)));
    const weights = handedOut(kept, options);
    return isBatch ? [output, weights] : [output.squeeze(this.batchFirst ? 0 : 1), weights && weights.squeeze(0)];
  }

  #check(query: Tensor, key: Tensor, value: Tensor): void {
    const features = { query: this.embedDim, key: this.kdim, value: this.vdim };
    const rank = query.shape.length;
    for (const [name, { shape }] of Object.entries({ query, key, value }))
      if ((rank !== 2 && rank !== 3) || shape.length !== rank || shape.at(-1) !== features[name as keyof typeof features])
        throw new ShapeError(`${layer}: ${name} must be ${this.batchFirst ? '[N, L, ' : '[L, N, '}${features[name as keyof typeof features]}] or without N, not ${showShape(shape)}`); // prettier-ignore
    if (String(key.shape.slice(0, -1)) !== String(value.shape.slice(0, -1)))
      throw new ShapeError(`${layer}: there must be as many values as keys, not ${showShape(value.shape)} and ${showShape(key.shape)}`); // prettier-ignore
  }

  /** Queries, keys and values of all heads; one product where they are made of the same. */
  #projections(query: Tensor, key: Tensor, value: Tensor): Tensor[] {
    const { embedDim, inProjWeight, inProjBias } = this;
    const part = (x: Tensor, k: number): Tensor => x.slice(0, k * embedDim, (k + 1) * embedDim);
    if (inProjWeight !== null && query === key && key === value) {
      const all = projected(query, inProjWeight, inProjBias);
      return [0, 1, 2].map((k) => all.slice(-1, k * embedDim, (k + 1) * embedDim));
    }
    const weights = [this.qProjWeight, this.kProjWeight, this.vProjWeight];
    return [query, key, value].map((x, k) => projected(x, weights[k] ?? part(inProjWeight!, k), inProjBias && part(inProjBias, k))); // prettier-ignore
  }

  /** Keys or values with what stands behind them. */
  #withMore(x: Tensor, bias: Tensor | null): Tensor {
    const [n, heads, , size] = x.shape;
    const list = [x];
    if (bias !== null) list.push(bias.reshape([1, heads, 1, size]).expand([n, heads, 1, size]));
    if (this.addZeroAttn) list.push(withDevice(x.device, () => zeros([n, heads, 1, size])));
    return concatenate(list, 2);
  }

  /** A batch as [N, heads, L, E / heads]. */
  #split(x: Tensor): Tensor {
    const { numHeads, embedDim, batchFirst } = this;
    const [first, second] = x.shape;
    const heads = x.reshape([first, second, numHeads, embedDim / numHeads]);
    return heads.permute(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3]);
  }
  #joined(x: Tensor): Tensor {
    const [n, , length] = x.shape;
    const turned = x.permute(this.batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]);
    return turned.reshape(this.batchFirst ? [n, length, this.embedDim] : [length, n, this.embedDim]);
  }
}

/** What the layer and the masks of its call are called in errors. */
export type MaskNames = { readonly layer: string } & Readonly<
  Record<'attnMask' | 'keyPaddingMask' | 'isCausal', string>
>;
const names: MaskNames = { layer, attnMask: 'attnMask', keyPaddingMask: 'keyPaddingMask', isCausal: 'isCausal' };

/** Checks masks of a batch of n, in so many heads, from queries to keys. @throws ShapeError, DTypeError or ValueError */
export function checkMasks(
  { layer, attnMask, keyPaddingMask, isCausal }: MaskNames,
  call: AttentionCall,
  [n, heads, queries, keys]: readonly number[],
): void {
  const check = (name: string, mask: Tensor | undefined, ...allowed: number[][]) => {
    if (mask === undefined) return;
    if (!allowed.some((wanted) => String(wanted) === String(mask.shape)))
      throw new ShapeError(`${layer}: ${name} must be ${allowed.map((wanted) => showShape(wanted)).join(' or ')}, not ${showShape(mask.shape)}`); // prettier-ignore
    if (mask.dtype !== 'float32' && mask.dtype !== 'bool')
      throw new DTypeError(`${layer}: ${name} is bool or float32, not ${mask.dtype}`);
  };
  check(attnMask, call.attnMask, [queries, keys], [n * heads, queries, keys]);
  check(keyPaddingMask, call.keyPaddingMask, [n, keys], ...(n === 1 ? [[keys]] : []));
  flagOf(layer, isCausal, call.isCausal ?? false);
}

/** What the masks add to the products of queries [N, heads, L, E] and keys [N, heads, S, E]; null without masks. */
function mask({ keyPaddingMask, attnMask, isCausal = false }: AttentionCall, q: Tensor, k: Tensor): Tensor | null {
  const [[n, heads, length], sources] = [q.shape, k.shape[2]];
  const masks: Tensor[] = [];
  if (attnMask !== undefined)
    masks.push(asAdded(attnMask).reshape(attnMask.shape.length === 2 ? [1, 1, length, sources] : [n, heads, length, sources])); // prettier-ignore
  if (keyPaddingMask !== undefined) masks.push(asAdded(keyPaddingMask).reshape([n, 1, 1, sources]));
  if (isCausal) masks.push(asAdded(causalMask(length, sources, q.device).logicalNot()));
  return masks.length === 0 ? null : masks.reduce((a, b) => a.add(b));
}

/** Whether masks may leave a query nothing to attend to: what is causal alone does not. */
const mayBeEmpty = ({ keyPaddingMask, attnMask }: AttentionCall): boolean =>
  [keyPaddingMask, attnMask].some((mask) => mask !== undefined && mask.size > 0);

/** The weights under what masks add; where they are not handed out, those of a query that is left nothing are zeros, not NaN. */
function sharesOf(products: Tensor, added: Tensor | null, call: AttentionCall): Tensor {
  if (added === null) return products.softmax(-1);
  if (call.needWeights !== false || !mayBeEmpty(call)) return products.add(added).softmax(-1);
  const isEmpty = added.max(-1, true).eq(-Infinity);
  const zero = withDevice(products.device, () => tensor(0));
  return where(isEmpty, zero, products.add(where(isEmpty, zero, added)).softmax(-1));
}

/** Whether only what is causal is worked on. Weights that are handed out may be asked for gradients of later places too. */
const isTriangle = ({ isCausal = false, needWeights = true }: AttentionCall): boolean => isCausal && !needWeights;

/** The weights [N, heads, L, S] as the caller wants them. */
function handedOut(weights: Tensor, { needWeights = true, averageAttnWeights = true }: AttentionCall): Tensor | null {
  if (!needWeights) return null;
  return averageAttnWeights ? weights.mean(1) : weights;
}

/** Minus infinity where a bool mask is true. */
function asAdded(given: Tensor): Tensor {
  if (given.dtype === 'float32') return given;
  const [never, always] = withDevice(given.device, () => [tensor(-Infinity), tensor(0)]);
  return where(given, never, always);
}
