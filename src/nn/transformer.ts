import { checkOptions } from '../core/options';
import { module, Module } from '../module';
import { countOf } from '../module/option-checks';
import type { Tensor } from '../tensor';
import type { LayerNorm } from './layer-norm';
import { ModuleList } from './module-list';
import type { DecoderMasks, EncoderMasks, TransformerDecoderLayer, TransformerEncoderLayer } from './transformer-layer';

/** `norm` is what comes after the last layer, by default nothing. */
export interface TransformerOptions {
  norm?: LayerNorm | null;
}

/** So many layers that begin with the values of the one given, and with its hooks, as in PyTorch. */
function copies<L extends { copy(): L } & Module>(name: string, layer: L, numLayers: number): ModuleList<L> {
  return new ModuleList(Array.from({ length: countOf(name, 'numLayers', numLayers) }, () => layer.copy()));
}

/**
 * A stack of encoder layers: `numLayers` copies of `layer`, which all begin with its values, modes and hooks.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoder.html
 * @throws ValueError for less than one layer
 * @example new TransformerEncoder(new TransformerEncoderLayer(8, 2), 3).forward(randn([5, 3, 8])).shape; // [5, 3, 8]
 */
@module
export class TransformerEncoder extends Module {
  readonly layers: ModuleList<TransformerEncoderLayer>;
  readonly norm: LayerNorm | null;

  constructor(
    layer: TransformerEncoderLayer,
    readonly numLayers: number,
    options: TransformerOptions = {},
  ) {
    super();
    checkOptions('TransformerEncoder', options, ['norm']);
    this.layers = copies('TransformerEncoder', layer, numLayers);
    this.norm = options.norm ?? null;
  }

  forward(src: Tensor, masks: Omit<EncoderMasks, 'srcMask'> & { mask?: Tensor } = {}): Tensor {
    checkOptions('TransformerEncoder', masks, ['mask', 'srcKeyPaddingMask', 'isCausal']);
    const { mask: srcMask, ...others } = masks;
    let x = src;
    for (const layer of this.layers) x = layer.forward(x, { srcMask, ...others });
    return this.norm === null ? x : this.norm.forward(x);
  }
}

/**
 * A stack of decoder layers: `numLayers` copies of `layer`, which all begin with its values, modes and hooks.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerDecoder.html
 * @throws ValueError for less than one layer
 * @example new TransformerDecoder(new TransformerDecoderLayer(8, 2), 3).forward(randn([5, 3, 8]), randn([7, 3, 8])).shape; // [5, 3, 8]
 */
@module
export class TransformerDecoder extends Module {
  readonly layers: ModuleList<TransformerDecoderLayer>;
  readonly norm: LayerNorm | null;

  constructor(
    layer: TransformerDecoderLayer,
    readonly numLayers: number,
    options: TransformerOptions = {},
  ) {
    super();
    checkOptions('TransformerDecoder', options, ['norm']);
    this.layers = copies('TransformerDecoder', layer, numLayers);
    this.norm = options.norm ?? null;
  }

  forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    let x = tgt;
    for (const layer of this.layers) x = layer.forward(x, memory, masks);
    return this.norm === null ? x : this.norm.forward(x);
  }
}
