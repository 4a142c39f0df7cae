export { init, type FanMode, type KaimingOptions, type Nonlinearity } from './init';
export { Linear } from './linear';
export { GELU, ReLU, Sigmoid, SiLU, Tanh } from './activation';
export {
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  ConvTranspose2d,
  type ConvOptions,
  type ConvTransposeOptions,
} from './convolution';
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
  type AvgPoolOptions,
  type MaxPoolOptions,
} from './pooling';
export { Fold, Unfold, type UnfoldOptions } from './unfold';
export { type PaddingMode } from './padding-mode';
export { type Sizes } from '../module/option-checks';
export { GRU, LSTM, RNN, type RecurrentOptions } from './recurrent';
export { GRUCell, LSTMCell, RNNCell, type CellOptions } from './recurrent-cell';
export { BatchNorm1d, BatchNorm2d } from './batch-norm';
export { InstanceNorm1d, InstanceNorm2d } from './instance-norm';
export { type NormOptions } from './channel-norm';
export { GroupNorm } from './group-norm';
export { LayerNorm, RMSNorm } from './layer-norm';
export { ELU, Hardswish, LeakyReLU, Mish, PReLU, Softplus } from './rectifier';
export { LogSoftmax, Softmax } from './softmax';
export { Identity } from './identity';
export { Embedding, type EmbeddingOptions } from './embedding';
export { Flatten } from './flatten';
export { Dropout, Dropout2d } from './dropout';
export { ZeroPad2d } from './zero-pad';
export { PixelShuffle } from './pixel-shuffle';
export { Upsample, type UpsampleMode, type UpsampleOptions } from './upsample';
export { Sequential, type Layer } from './sequential';
export { ModuleList } from './module-list';
export { ModuleDict } from './module-dict';
export { MultiheadAttention, type AttentionCall, type MultiheadAttentionOptions } from './multihead-attention';
export { scaledDotProductAttention, type AttentionOptions } from './scaled-dot-product-attention';
export {
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type DecoderMasks,
  type EncoderMasks,
  type TransformerLayerOptions,
} from './transformer-layer';
export { TransformerDecoder, TransformerEncoder, type TransformerOptions } from './transformer';
