import { checkOptions } from '../core/options';
import { DTypeError, ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import { flagOf } from '../module/option-checks';
import { triangularMatmul } from '../ops';
import { tensor, where, withDevice, type Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';
import { dropped, probabilityOf } from './dropout';

export interface AttentionOptions {
  /** bool, true where attention is allowed, or float32, added to the products; broadcast to [..., L, S]. Default none. */
  attnMask?: Tensor;
  /** With which probability a weight is dropped. Default 0. */
  dropoutP?: number;
  /** Whether a place attends only to itself and what is before. Default false. */
  isCausal?: boolean;
  /** By what the products are scaled. Default 1 / sqrt(E). */
  scale?: number;
}

const name = 'scaledDotProductAttention';

/**
 * softmax(q k^T * scale + mask) v: of queries [..., L, E], keys [..., S, E] and values [..., S, Ev], gives [..., L, Ev].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html,
 * https://arxiv.org/abs/1706.03762
 * @throws ShapeError where sizes do not agree, ValueError for options out of range and for a mask beside isCausal
 * @example scaledDotProductAttention(randn([2, 5, 8]), randn([2, 7, 8]), randn([2, 7, 3])).shape; // [2, 5, 3]
 */
export function scaledDotProductAttention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  checkOptions(name, options, ['attnMask', 'dropoutP', 'isCausal', 'scale']);
  const { attnMask, dropoutP = 0, isCausal = false, scale } = options;
  probabilityOf(name, 'dropoutP', dropoutP);
  for (const x of [q, k, v])
    if (x.shape.length < 2) throw new ShapeError(`${name}: takes matrices [..., L, E], not ${showShape(x.shape)}`);
  const causal = flagOf(name, 'isCausal', isCausal) ? causalMask(q.shape.at(-2)!, k.shape.at(-2)!, q.device) : undefined; // prettier-ignore
  if (attnMask !== undefined && causal !== undefined)
    throw new ValueError(`${name}: takes attnMask or isCausal, not both; put what is causal into the mask`);
  const products = attentionWeights(q, k, { scale, isCausal });
  const shares = attnMask ? maskedShares(products, attnMask) : (causal ? masked(products, causal) : products).softmax(-1); // prettier-ignore
  return attended(dropoutP > 0 ? dropped(shares, dropoutP) : shares, v, isCausal);
}

/** Zeros where a mask leaves a query nothing to attend to. */
function maskedShares(products: Tensor, mask: Tensor): Tensor {
  const left = masked(products, mask);
  if (String(left.shape) !== String(products.shape))
    throw new ShapeError(`${name}: attnMask must broadcast to ${showShape(products.shape)}, not be ${showShape(mask.shape)}`); // prettier-ignore
  const isEmpty = left.max(-1, true).eq(-Infinity);
  const zero = withDevice(products.device, () => tensor(0));
  return where(isEmpty, zero, where(isEmpty, zero, left).softmax(-1));
}

/** q k^T * scale; where only what is causal is looked at, the rest is not computed. */
export function attentionWeights(
  q: Tensor,
  k: Tensor,
  { scale = 1 / Math.sqrt(q.shape.at(-1)!), isCausal = false }: { scale?: number; isCausal?: boolean } = {},
): Tensor {
  const [scaled, keys] = [q.mul(scale), k.transpose()];
  if (!isCausal) return scaled.matmul(keys);
  return wrap(triangularMatmul(nodeOf(scaled), nodeOf(keys), { of: 'result', part: 'lower' }));
}

/** The values by their shares, [..., L, S]; causal ones are 0 where a source comes later. */
export function attended(shares: Tensor, values: Tensor, isCausal: boolean): Tensor {
  if (!isCausal) return shares.matmul(values);
  return wrap(triangularMatmul(nodeOf(shares), nodeOf(values), { of: 'left', part: 'lower' }));
}

/** [L, S], true where a place may attend to: itself and what is before. */
export function causalMask(length: number, sources: number, device: string): Tensor {
  const allowed = new Uint8Array(length * sources);
  for (let i = 0; i < length; i++) allowed.fill(1, i * sources, i * sources + Math.min(i + 1, sources));
  return withDevice(device, () => tensor(allowed, { shape: [length, sources] }).bool());
}

/** The products without those that a bool mask does not allow, or with what a float one adds. */
export function masked(weights: Tensor, mask: Tensor): Tensor {
  if (mask.dtype === 'float32') return weights.add(mask);
  if (mask.dtype !== 'bool') throw new DTypeError(`${name}: a mask is bool or float32, not ${mask.dtype}`);
  const nothing = withDevice(weights.device, () => tensor(-Infinity));
  return where(mask, weights, nothing);
}
