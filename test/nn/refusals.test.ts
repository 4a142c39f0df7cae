import { describe, expect, it } from 'vitest';
import * as d from 'decograd';
import { AdaptiveAvgPool2d, AvgPool1d, AvgPool2d, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Dropout, Flatten, GELU, GRU, GRUCell, init, Linear, LSTM, LSTMCell, MaxPool1d, MaxPool2d, module, Module, param, RNN, ValueError, type Parameter } from 'decograd'; // prettier-ignore

/** What is done, and what its error must say: where, what, and what is allowed. */
type Row = readonly [what: string, attempt: () => unknown, ...says: string[]];
const any = (value: unknown) => value as never;

const layers: Row[] = [
  ['half a feature', () => new Linear(2.5, 1), 'Linear: inFeatures must be a whole number of at least 0, not 2.5'],
  ['a negative size', () => new Linear(2, -1), 'Linear: outFeatures must be a whole number of at least 0, not -1'],
  ['a size left out', () => new Linear(2, any(undefined)), 'Linear: outFeatures must be', 'not undefined'],
  ['a size as text', () => new Linear(any('2'), 1), 'Linear: inFeatures must be', 'not "2"'],
  ['bias by position, as in PyTorch', () => new Linear(2, 1, any(false)), 'Linear: options are one object with any of bias; not false'],
  ['bias that is a number', () => new Linear(2, 1, { bias: any(0) }), 'Linear: bias must be true or false, not 0'],
  ['a misspelt option', () => new Linear(2, 1, any({ biass: false })), "Linear: there is no option 'biass'; did you mean 'bias'?"],
  ['an unknown option', () => new Linear(2, 1, any({ device: 'wasm' })), "Linear: there is no option 'device'; known are bias"],
  ['an unknown gelu', () => new GELU({ approximate: any('erf') }), `GELU: approximate must be 'none' or 'tanh', not "erf"`],
  ['a gelu by position', () => new GELU(any('tanh')), "GELU: options are one object with any of approximate; not 'tanh'"],
  ['a probability above 1', () => new Dropout(1.5), 'Dropout: p is a probability from 0 to 1, not 1.5'],
  ['a negative one', () => new Dropout(-0.1), 'Dropout: p is a probability from 0 to 1, not -0.1'],
  ['NaN', () => new Dropout(NaN), 'Dropout: p is a probability', 'not NaN'],
  ['p in options', () => new Dropout(any({ p: 0.2 })), 'Dropout: p is a probability', 'not an instance of Object'],
  ['p as text', () => new Dropout(any('0.5')), 'Dropout: p is a probability', 'not "0.5"'],
  ['half an axis', () => new Flatten(0.5), 'Flatten: startDim must be a whole number, not 0.5'],
  ['axes in options', () => new Flatten(1, any({})), 'Flatten: endDim must be a whole number, not an instance of Object'],
]; // prettier-ignore

const spatial: Row[] = [
  ['groups that do not divide the input', () => new Conv2d(3, 4, 3, { groups: 2 }), 'Conv2d: inChannels must be a multiple of groups, not 3 with groups 2'],
  ['groups that do not divide the output', () => new Conv1d(4, 3, 3, { groups: 2 }), 'Conv1d: outChannels must be a multiple of groups, not 3 with groups 2'],
  ['no groups', () => new Conv2d(3, 4, 3, { groups: 0 }), 'Conv2d: groups must be a whole number of at least 1, not 0'],
  ['no channels', () => new Conv2d(0, 4, 3), 'Conv2d: inChannels must be a whole number of at least 1, not 0'],
  ['a kernel of another rank', () => new Conv2d(3, 4, [3]), 'Conv2d: kernelSize must be a whole number or a list of 2 of at least 1, not [3]'],
  ['stride 0', () => new Conv1d(3, 4, 3, { stride: 0 }), 'Conv1d: stride must be a whole number of at least 1, not 0'],
  ['a negative padding', () => new Conv2d(3, 4, 3, { padding: [0, -1] }), 'Conv2d: padding must be', 'at least 0, not [0, -1]'],
  ["'same' with a stride", () => new Conv2d(3, 4, 3, { padding: 'same', stride: 2 }), "Conv2d: padding 'same' goes with stride 1, not 2"],
  ['an unknown padding', () => new Conv2d(3, 4, 3, { padding: any('full') }), `Conv2d: padding must be numbers, 'same' or 'valid', not "full"`],
  ['an unknown padding mode', () => new Conv2d(3, 4, 3, { paddingMode: any('mirror') }), 'Conv2d: paddingMode must be one of zeros, reflect, replicate, circular, not "mirror"'],
  ['padding by position, as in PyTorch', () => new Conv2d(3, 4, 3, any(1)), 'Conv2d: options are one object with any of stride, padding', 'not 1'],
  ['bias that is a number', () => new ConvTranspose2d(3, 4, 3, { bias: any(1) }), 'ConvTranspose2d: bias must be true or false, not 1'],
  ['too much output padding', () => new ConvTranspose1d(3, 4, 3, { stride: 2, outputPadding: 2 }), 'ConvTranspose1d: outputPadding must be below stride or dilation, at most 1, not 2'],
  ['an option of the other', () => new ConvTranspose2d(3, 4, 3, any({ paddingMode: 'zeros' })), "ConvTranspose2d: there is no option 'paddingMode'"],
  ['the wrong number of channels', () => new Conv2d(3, 4, 3).forward(d.randn([2, 4, 5, 5]) as d.Tensor), 'Conv2d: takes 3 channels, not 4 of [2, 4, 5, 5]', 'in Conv2d'],
  ['a matrix', () => new Conv2d(3, 4, 3).forward(d.randn([5, 5]) as d.Tensor), 'Conv2d: takes [N, C, H, W] or [C, H, W], not [5, 5]'],
  ['a kernel beyond the padded input', () => new Conv2d(3, 4, 3, { dilation: 3, padding: 1 }).forward(d.randn([1, 3, 4, 9]) as d.Tensor), 'Conv2d: a kernel of [7, 7] is larger than the padded input [6, 11]'],
  ['more to mirror than there is', () => new Conv1d(1, 1, 3, { padding: 3, paddingMode: 'reflect' }).forward(d.randn([1, 1, 3]) as d.Tensor), "Conv1d: padding 3 with paddingMode 'reflect' is more than [1, 1, 3] has; at most 2"],
  ['a transpose of which nothing is left', () => new ConvTranspose1d(1, 1, 1, { padding: 2 }).forward(d.randn([1, 1, 3]) as d.Tensor), 'ConvTranspose1d: padding [2] leaves nothing of [1, 1, 3]'],
  ['padding beyond half of a window', () => new MaxPool2d(3, { padding: 2 }), 'MaxPool2d: padding must be at most half of kernelSize 3, not 2'],
  ['no window', () => new AvgPool1d(0), 'AvgPool1d: kernelSize must be a whole number of at least 1, not 0'],
  ['ceilMode that is a number', () => new MaxPool1d(2, { ceilMode: any(1) }), 'MaxPool1d: ceilMode must be true or false, not 1'],
  ['dilation of means', () => new AvgPool2d(2, any({ dilation: 2 })), "AvgPool2d: there is no option 'dilation'"],
  ['divisor 0', () => new AvgPool2d(2, { divisorOverride: 0 }), 'AvgPool2d: divisorOverride must be a whole number other than 0, not 0'],
  ['windows beyond the input', () => new MaxPool2d(4).forward(d.randn([1, 1, 3, 8]) as d.Tensor), 'MaxPool2d: windows of [4, 4] are larger than the padded input [1, 1, 3, 8]'],
  ['an output of nothing', () => new AdaptiveAvgPool2d([0, 2]), 'AdaptiveAvgPool2d: outputSize must be a whole number or a list of 2 of at least 1'],
  ['a window of no elements', () => new d.Unfold([2, 0]), 'Unfold: kernelSize must be a whole number or a list of 2 of at least 1, not [2, 0]'],
  ['columns with a mode of padding', () => new d.Unfold(2, any({ paddingMode: 'zeros' })), "Unfold: there is no option 'paddingMode'; known are dilation, padding, stride"],
  ['a stride by position', () => new d.Unfold(2, any(2)), 'Unfold: options are one object with any of dilation, padding, stride; not 2'],
  ['an image of no rows', () => new d.Fold([0, 2], 2), 'Fold: outputSize must be', 'not [0, 2]'],
  ['negative padding of columns', () => new d.Fold(4, 2, { padding: -1 }), 'Fold: padding must be', 'of at least 0, not -1'],
]; // prettier-ignore

const recurrent: Row[] = [
  ['no hidden size', () => new LSTM(3, 0), 'LSTM: hiddenSize must be a whole number of at least 1, not 0'],
  ['no layers', () => new GRU(3, 4, { numLayers: 0 }), 'GRU: numLayers must be a whole number of at least 1, not 0'],
  ['a number of layers by position', () => new RNN(3, 4, any(2)), 'RNN: options are one object with any of numLayers', 'not 2'],
  ['a probability beyond 1', () => new LSTM(3, 4, { dropout: 2 }), 'LSTM: dropout is a probability from 0 to 1, not 2'],
  ['a projection that is no smaller', () => new LSTM(3, 4, { projSize: 4 }), 'LSTM: projSize must be below hiddenSize 4, not 4'],
  ['a projection of another kind', () => new GRU(3, 4, any({ projSize: 2 })), "GRU: there is no option 'projSize'"],
  ['an unknown nonlinearity', () => new RNN(3, 4, { nonlinearity: any('gelu') }), `RNN: nonlinearity must be 'tanh' or 'relu', not "gelu"`],
  ['another input size', () => new LSTM(3, 4).forward(d.randn([5, 2, 2]) as d.Tensor), 'LSTM: takes [L, N, 3] or [L, 3], not [5, 2, 2]', 'in LSTM'],
  ['no steps', () => new GRU(3, 4, { batchFirst: true }).forward(d.zeros([2, 0, 3]) as d.Tensor), 'GRU: takes [N, L, 3] or [L, 3], not [2, 0, 3]'],
  ['h alone as the state of an LSTM', () => new LSTM(3, 4).forward(d.randn([5, 2, 3]) as d.Tensor, any(d.randn([1, 2, 4]))), 'LSTM: the state is a list of two tensors, [h, c], not'],
  ['a state of another size', () => new GRU(3, 4).forward(d.randn([5, 2, 3]) as d.Tensor, d.randn([1, 3, 4]) as d.Tensor), 'GRU: the state is [1, 2, 4], not [1, 3, 4]'],
  ['a cell with another input', () => new LSTMCell(3, 4).forward(d.randn([2, 4]) as d.Tensor), 'LSTMCell: takes [N, 3] or [3], not [2, 4]'],
  ['a cell with another state', () => new GRUCell(3, 4).forward(d.randn([2, 3]) as d.Tensor, d.randn([4]) as d.Tensor), 'GRUCell: the state for [2, 3] is [2, 4], not [4]'],
]; // prettier-ignore

const norms: Row[] = [
  ['half a channel', () => new d.BatchNorm1d(1.5), 'BatchNorm1d: numFeatures must be a whole number of at least 0, not 1.5'],
  ['eps below 0', () => new d.BatchNorm2d(2, { eps: -1e-5 }), 'BatchNorm2d: eps must be a number of at least 0, not -0.00001'],
  ['eps 0 in training', () => new d.BatchNorm1d(2, { eps: 0 }).forward(d.randn([2, 2])), 'BatchNorm1d: eps must be a number above 0, not 0'],
  ['momentum as text', () => new d.BatchNorm2d(2, { momentum: any('0.1') }), 'BatchNorm2d: momentum must be a finite number, not "0.1"'],
  ['eps by position', () => new d.BatchNorm1d(2, any(1e-3)), 'BatchNorm1d: options are one object with any of eps, momentum, affine, bias, trackRunningStats; not 0.001'],
  ["PyTorch's spelling", () => new d.BatchNorm1d(2, any({ track_running_stats: false })), "no option 'track_running_stats'; did you mean 'trackRunningStats'?"],
  ['a flag that is a number', () => new d.InstanceNorm1d(2, { affine: any(1) }), 'InstanceNorm1d: affine must be true or false, not 1'],
  ['a negative number of channels', () => new d.InstanceNorm2d(-1), 'InstanceNorm2d: numFeatures must be', 'not -1'],
  ['a shape of no sizes', () => new d.LayerNorm([]), 'LayerNorm: normalizedShape must have at least one size, not []'],
  ['a shape with half a size', () => new d.LayerNorm([2, 0.5]), 'LayerNorm: normalizedShape must be a whole number or a list of 2 of at least 0, not [2, 0.5]'],
  ['a negative eps', () => new d.LayerNorm(2, { eps: -1 }), 'LayerNorm: eps must be a number of at least 0, not -1'],
  ['a bias of RMSNorm', () => new d.RMSNorm(2, any({ bias: true })), "RMSNorm: there is no option 'bias'; known are eps, elementwiseAffine"],
  ['eps NaN', () => new d.RMSNorm(2, { eps: NaN }), 'RMSNorm: eps must be a number of at least 0, not NaN'],
  ['a bias that is a number', () => new d.BatchNorm2d(2, { bias: any(0) }), 'BatchNorm2d: bias must be true or false, not 0'],
  ['one of groups', () => new d.GroupNorm(1, 2, { bias: any(0) }), 'GroupNorm: bias must be true or false, not 0'],
  ['groups that do not divide', () => new d.GroupNorm(3, 4), 'GroupNorm: numChannels must be a multiple of numGroups, not 4 with 3 groups'],
  ['no groups', () => new d.GroupNorm(0, 4), 'GroupNorm: numGroups must be a whole number of at least 1, not 0'],
]; // prettier-ignore

const activations: Row[] = [
  ['a slope as text', () => new d.LeakyReLU(any('0.1')), 'LeakyReLU: negativeSlope must be a finite number, not "0.1"'],
  ['an infinite slope', () => new d.LeakyReLU({ negativeSlope: Infinity }), 'LeakyReLU: negativeSlope must be', 'not Infinity'],
  ["PyTorch's spelling of it", () => new d.LeakyReLU(any({ negative_slope: 0.1 })), "LeakyReLU: there is no option 'negative_slope'; did you mean 'negativeSlope'?"],
  ['alpha NaN', () => new d.ELU(NaN), 'ELU: alpha must be a finite number, not NaN'],
  ['inplace', () => new d.ELU(any({ inplace: true })), "ELU: there is no option 'inplace'; known are alpha"],
  ['beta by position', () => new d.Softplus(any(2)), 'Softplus: options are one object with any of beta, threshold; not 2'],
  ['a threshold as text', () => new d.Softplus({ threshold: any('20') }), 'Softplus: threshold must be a finite number, not "20"'],
  ['half a slope', () => new d.PReLU(0.5), 'PReLU: numParameters must be a whole number of at least 0, not 0.5'],
  ['init by position', () => new d.PReLU(1, any(0.1)), 'PReLU: options are one object with any of init; not 0.1'],
  ['an init that is none', () => new d.PReLU(1, { init: NaN }), 'PReLU: init must be a finite number, not NaN'],
  ['half an axis', () => new d.Softmax(0.5), 'Softmax: dim must be a whole number or null, not 0.5'],
  ['an axis as text', () => new d.LogSoftmax(any('1')), 'LogSoftmax: dim must be a whole number or null, not "1"'],
  ['a misspelt axis', () => new d.Softmax(any({ axis: 1 })), "Softmax: there is no option 'axis'; known are dim"],
]; // prettier-ignore

const embeddings: Row[] = [
  ['half a row', () => new d.Embedding(2.5, 3), 'Embedding: numEmbeddings must be a whole number of at least 0, not 2.5'],
  ['no dimension', () => new d.Embedding(2, any(undefined)), 'Embedding: embeddingDim must be a whole number of at least 0, not undefined'],
  ['padding beyond the end', () => new d.Embedding(4, 3, { paddingIdx: 4 }), 'Embedding: paddingIdx must be null or a whole number from -4 to 3, not 4'],
  ['padding before the start', () => new d.Embedding(4, 3, { paddingIdx: -5 }), 'Embedding: paddingIdx must be', 'not -5'],
  ['padding by position', () => new d.Embedding(4, 3, any(0)), 'Embedding: options are one object with any of paddingIdx, maxNorm, normType, scaleGradByFreq; not 0'],
  ['a norm below 0', () => new d.Embedding(4, 3, { maxNorm: -1 }), 'Embedding: maxNorm must be a number of at least 0, not -1'],
  ['a norm of kind 0', () => new d.Embedding(4, 3, { normType: 0 }), 'Embedding: normType must be a number above 0, not 0'],
  ['frequencies that are a number', () => new d.Embedding(4, 3, { scaleGradByFreq: any(1) }), 'Embedding: scaleGradByFreq must be true or false, not 1'],
  ["PyTorch's spelling", () => new d.Embedding(4, 3, any({ padding_idx: 0 })), "Embedding: there is no option 'padding_idx'; did you mean 'paddingIdx'?"],
]; // prettier-ignore

const square = () => d.randn([2, 3, 4]) as d.Tensor;
const attention: Row[] = [
  ['heads that do not divide', () => new d.MultiheadAttention(4, 3), 'MultiheadAttention: embedDim must be a multiple of numHeads, not 4 with 3 heads'],
  ['a probability beyond 1', () => new d.MultiheadAttention(4, 2, { dropout: 1.5 }), 'MultiheadAttention: dropout is a probability from 0 to 1, not 1.5'],
  ['queries of other features', () => new d.MultiheadAttention(6, 2).forward(square(), square(), square()), 'MultiheadAttention: query must be [L, N, 6] or without N, not [2, 3, 4]'],
  ['a mask of another size', () => new d.MultiheadAttention(4, 2).forward(square(), square(), square(), { attnMask: d.zeros([3, 3]) as d.Tensor }), 'MultiheadAttention: attnMask must be [2, 2] or [6, 2, 2], not [3, 3]'],
  ['a mask beside isCausal', () => d.scaledDotProductAttention(square(), square(), square(), { isCausal: true, attnMask: d.zeros([3, 3]) as d.Tensor }), 'scaledDotProductAttention: takes attnMask or isCausal, not both'],
  ['a mask that is larger', () => d.scaledDotProductAttention(square(), square(), square(), { attnMask: d.zeros([5, 2, 3, 3]) as d.Tensor }), 'scaledDotProductAttention: attnMask must broadcast to [2, 3, 3], not be [5, 2, 3, 3]'],
  ['nhead that does not divide', () => new d.TransformerEncoderLayer(8, 3), 'TransformerEncoderLayer: dModel must be a multiple of nhead, not 8 with nhead 3'],
  ['an unknown activation', () => new d.TransformerEncoderLayer(4, 2, { activation: any('tanh') }), `TransformerEncoderLayer: activation must be 'relu' or 'gelu', not "tanh"`],
  ['a negative dimFeedforward', () => new d.TransformerEncoderLayer(4, 2, { dimFeedforward: -1 }), 'TransformerEncoderLayer: dimFeedforward must be a whole number of at least 0, not -1'],
  ['half of one', () => new d.TransformerDecoderLayer(4, 2, { dimFeedforward: 2.5 }), 'TransformerDecoderLayer: dimFeedforward must be', 'not 2.5'],
  ['a dropout of its parts', () => new d.TransformerDecoderLayer(4, 2, { dropout: 2 }), 'TransformerDecoderLayer: dropout is a probability from 0 to 1, not 2'],
  ['an eps of its norms', () => new d.TransformerEncoderLayer(4, 2, { layerNormEps: -1 }), 'TransformerEncoderLayer: layerNormEps must be a number of at least 0, not -1'],
  ['flags that are none', () => new d.TransformerEncoderLayer(4, 2, { batchFirst: any(1) }), 'TransformerEncoderLayer: batchFirst must be true or false, not 1'],
  ['one more', () => new d.TransformerEncoderLayer(4, 2, { normFirst: any('yes') }), 'TransformerEncoderLayer: normFirst must be true or false, not "yes"'],
  ['a bias that is none', () => new d.TransformerEncoderLayer(4, 2, { bias: any(0) }), 'TransformerEncoderLayer: bias must be true or false, not 0'],
  ['a sequence of other features', () => new d.TransformerEncoderLayer(6, 2).forward(square()), 'TransformerEncoderLayer: src must be [L, N, 6] or without N, not [2, 3, 4]'],
  ['a memory of others', () => new d.TransformerDecoderLayer(4, 2, { batchFirst: true }).forward(square(), d.zeros([2, 3, 5]) as d.Tensor), 'TransformerDecoderLayer: memory must be [N, L, 4] or without N, not [2, 3, 5]'],
  ['a mask for others', () => new d.TransformerEncoderLayer(4, 2).forward(square(), { srcMask: d.zeros([3, 3]) as d.Tensor }), 'TransformerEncoderLayer: srcMask must be [2, 2] or [6, 2, 2], not [3, 3]'],
  ['a mask of the memory', () => new d.TransformerDecoderLayer(4, 2).forward(square(), square(), { memoryKeyPaddingMask: d.zeros([2, 3]) as d.Tensor }), 'TransformerDecoderLayer: memoryKeyPaddingMask must be [3, 2], not [2, 3]'],
  ['a causal flag that is none', () => new d.TransformerDecoderLayer(4, 2).forward(square(), square(), { tgtIsCausal: any(1) }), 'TransformerDecoderLayer: tgtIsCausal must be true or false, not 1'],
  ['no layers', () => new d.TransformerEncoder(new d.TransformerEncoderLayer(4, 2), 0), 'TransformerEncoder: numLayers must be a whole number of at least 1, not 0'],
  ["a layer's mask", () => new d.TransformerEncoder(new d.TransformerEncoderLayer(4, 2), 1).forward(square(), any({ srcMask: null })), "TransformerEncoder: there is no option 'srcMask'"],
]; // prettier-ignore

const images: Row[] = [
  ['a probability above 1', () => new d.Dropout2d(1.5), 'Dropout2d: p is a probability from 0 to 1, not 1.5'],
  ['two pads', () => new d.ZeroPad2d([1, 2]), 'ZeroPad2d: padding must be a whole number or a list of 4, not [1, 2]'],
  ['half a pad', () => new d.ZeroPad2d(0.5), 'ZeroPad2d: padding must be', 'not 0.5'],
  ['no pad', () => new d.ZeroPad2d(any(undefined)), 'ZeroPad2d: padding must be', 'not undefined'],
  ['a factor of 0', () => new d.PixelShuffle(0), 'PixelShuffle: upscaleFactor must be a whole number of at least 1, not 0'],
  ['neither size nor factor', () => new d.Upsample({}), 'Upsample: needs one of size and scaleFactor'],
  ['both', () => new d.Upsample({ size: 3, scaleFactor: 2 }), 'Upsample: needs one of size and scaleFactor'],
  ['a factor by position', () => new d.Upsample(any(2)), 'Upsample: options are one object with any of size, scaleFactor', 'not 2'],
  ['an unknown mode', () => new d.Upsample({ size: 3, mode: any('bicubic') }), 'Upsample: mode must be one of nearest, linear, bilinear, trilinear, not "bicubic"'],
  ['corners without interpolation', () => new d.Upsample({ size: 3, alignCorners: false }), "Upsample: alignCorners goes with a mode that interpolates, such as 'bilinear'; not nearest"],
  ['corners that are a number', () => new d.Upsample({ size: 3, mode: 'bilinear', alignCorners: any(1) }), 'Upsample: alignCorners must be true or false, not 1'],
  ['size 0', () => new d.Upsample({ size: 0 }), 'Upsample: size must be one to three whole numbers of at least 1, not 0'],
  ['a negative factor', () => new d.Upsample({ scaleFactor: [2, -1] }), 'Upsample: scaleFactor must be one to three numbers above 0, not [2, -1]'],
  ['a size to recompute from', () => new d.Upsample({ size: 3, recomputeScaleFactor: true }), 'Upsample: recomputeScaleFactor goes with scaleFactor, not with size'],
]; // prettier-ignore

const initialisers: Row[] = [
  ['mean and std by position', () => init.normal(any(0)), 'init.normal: options are one object with any of mean, std; not 0'],
  ['a negative std', () => init.normal({ std: -1 }), 'init.normal: std must be at least 0, not -1'],
  ['a std that is no number', () => init.normal({ std: any('1') }), 'init.normal: std must be a finite number, not "1"'],
  ['bounds by position', () => init.uniform(any(-1)), 'init.uniform: options are one object with any of low, high; not -1'],
  ['bounds the wrong way round', () => init.uniform({ low: 2, high: 1 }), 'init.uniform: low must be at most high, not 2 with high 1'],
  ['low above the default high', () => init.uniform({ low: 2 }), 'not 2 with high 1'],
  ['an infinite bound', () => init.uniform({ high: Infinity }), 'init.uniform: high must be a finite number, not Infinity'],
  ['no constant', () => init.constant(any(undefined)), 'init.constant: takes one number, such as init.constant(0.5), not undefined'],
  ['a gain by position', () => init.xavierUniform(any(2)), 'init.xavierUniform: options are one object with any of gain; not 2'],
  ['a gain that is NaN', () => init.xavierNormal({ gain: NaN }), 'init.xavierNormal: gain must be a finite number, not NaN'],
  ["PyTorch's spelling of a mode", () => init.kaimingNormal({ mode: any('fan_out') }), `init.kaimingNormal: mode must be 'fanIn' or 'fanOut', not "fan_out"`],
  ["PyTorch's spelling of a nonlinearity", () => init.kaimingUniform({ nonlinearity: any('leaky_relu') }), 'nonlinearity must be one of linear, sigmoid, tanh, relu, selu, leakyRelu, not "leaky_relu"'],
  ['one without a gain', () => init.calculateGain(any('gelu')), 'not "gelu"', 'take that of relu'],
  ['a misspelt option', () => init.kaimingUniform(any({ nonLinearity: 'relu' })), "there is no option 'nonLinearity'; did you mean 'nonlinearity'?"],
  ['fans of a vector', () => vector(init.kaimingUniform()), 'Holder.bias: init.kaimingUniform needs at least two dims to count fans, not [4]; use init.uniform'],
  ["the same for Glorot's", () => vector(init.xavierNormal()), 'Holder.bias: init.xavierNormal needs at least two dims'],
  ['eye of a vector', () => vector(init.eye()), 'Holder.bias: init.eye needs two dims, not [4]'],
]; // prettier-ignore

function vector(initialiser: d.Initialiser): unknown {
  @module
  class Holder extends Module {
    @param([4], { init: initialiser }) bias!: Parameter;
  }
  return new Holder();
}

describe.each(
  Object.entries({ layers, spatial, recurrent, attention, norms, activations, embeddings, images, initialisers }),
)('%s refuse', (_, rows) => {
  it.each(rows.map((row) => ({ what: row[0], row })))('$what', ({ row: [, attempt, ...says] }) => {
    const refused = (() => {
      try {
        return attempt();
      } catch (error) {
        return error;
      }
    })();
    // what is wrong with a tensor's shape is a ShapeError, with any other argument a ValueError
    expect([ValueError, d.ShapeError].some((type) => refused instanceof type)).toBe(true);
    for (const text of says) expect(attempt).toThrow(text);
  });
});

/** Inputs that do not fit: the operation, its shapes, and the module. */
const inputs: [string, () => unknown, new (message: string) => Error, RegExp][] = [
  ['the wrong number of features', () => new Linear(3, 4).forward(d.randn([2, 4]) as d.Tensor), d.ShapeError, /matmul: \[2, 4\] times \[3, 4\]: 4 is not 3\n {2}in Linear/],
  ['a scalar', () => new Linear(3, 4).forward(d.tensor(1) as d.Tensor), d.ShapeError, /matmul: \[\] times \[3, 4\].*\n {2}in Linear/],
  ['whole numbers', () => new Linear(3, 4).forward(d.tensor([1, 2, 3], { dtype: 'int32' })), d.DTypeError, /needs float32, got int32; call \.float\(\) first\n {2}in Linear/],
  ['an axis that is not there', () => new Flatten(3).forward(d.randn([2, 3])), d.IndexError, /flatten: axis 3 is outside \[2, 3\]; allowed are -2 to 1\n {2}in Flatten/],
  ['one axis for a batch', () => new d.BatchNorm1d(3).forward(d.randn([3])), d.ShapeError, /BatchNorm1d: takes \[N, C\] or \[N, C, L\], not \[3\]\n {2}in BatchNorm1d/],
  ['no axes of an image', () => new d.BatchNorm2d(3).forward(d.randn([2, 3, 4])), d.ShapeError, /BatchNorm2d: takes \[N, C, H, W\], not \[2, 3, 4\]/],
  ['other channels', () => new d.BatchNorm1d(3).forward(d.randn([2, 4])), d.ShapeError, /BatchNorm1d: takes 3 channels, not 4 of \[2, 4\]/],
  ['one value per channel', () => new d.BatchNorm1d(3).forward(d.randn([1, 3])), d.ShapeError, /needs more than one value per channel to standardise, not \[1, 3\]; call eval\(\)/],
  ['one element per channel', () => new d.InstanceNorm1d(3).forward(d.randn([2, 3, 1])), d.ShapeError, /InstanceNorm1d: needs more than one element per channel/],
  ['channels that weights do not have', () => new d.InstanceNorm2d(3, { affine: true }).forward(d.randn([2, 4, 4])), d.ShapeError, /InstanceNorm2d: takes 3 channels, not 2/],
  ['other last sizes', () => new d.LayerNorm([3, 4]).forward(d.randn([4, 3])), d.ShapeError, /LayerNorm: takes \[..., 3, 4\], not \[4, 3\]/],
  ['fewer axes than the shape', () => new d.RMSNorm([3, 4]).forward(d.randn([4])), d.ShapeError, /RMSNorm: takes \[..., 3, 4\], not \[4\]/],
  ['other channels in groups', () => new d.GroupNorm(2, 4).forward(d.randn([2, 3])), d.ShapeError, /GroupNorm: takes \[N, 4, ...\], not \[2, 3\]/],
  ['one value per group', () => new d.GroupNorm(2, 2).forward(d.randn([1, 2])), d.ShapeError, /GroupNorm: needs more than one value per group/],
  ['whole numbers to standardise', () => new d.LayerNorm(2).forward(d.tensor([1, 2], { dtype: 'int32' })), d.DTypeError, /needs float32, got int32/],
  ['an image smaller than a window', () => new d.Unfold(3).forward(d.randn([1, 2, 4])), d.ShapeError, /Unfold: windows of \[3, 3\] are larger than the padded image \[2, 4\]\n {2}in Unfold/],
  ['one axis that is no image', () => new d.Unfold(2).forward(d.randn([4])), d.ShapeError, /Unfold: takes \[N, C, H, W\] or \[C, H, W\], not \[4\]/],
  ['windows that the image does not have', () => new d.Fold(4, 2).forward(d.randn([1, 4, 8])), d.ShapeError, /Fold: takes \[N, a multiple of 4, 9\], not \[1, 4, 8\]/],
  ['part of a window', () => new d.Fold(4, 2).forward(d.randn([1, 6, 9])), d.ShapeError, /Fold: takes \[N, a multiple of 4, 9\], not \[1, 6, 9\]/],
  ['axes the wrong way round', () => new Flatten(2, 1).forward(d.randn([2, 3, 4])), d.IndexError, /start 2 comes after end 1.*\n {2}in Flatten/],
  ['other channels than slopes', () => new d.PReLU(3).forward(d.randn([2, 4]) as d.Tensor), d.ShapeError, /PReLU: takes \[N, 3, \.\.\.\] for its 3 slopes, not \[2, 4\]\n {2}in PReLU/],
  ['no such axis', () => new d.Softmax(2).forward(d.randn([2, 4]) as d.Tensor), d.IndexError, /softmax: axis 2 is outside \[2, 4\].*\n {2}in Softmax/],
  ['an index beyond the table', () => new d.Embedding(3, 2).forward(d.tensor([1, 3], { dtype: 'int32' })), d.IndexError, /embedding: index 3 is out of range; allowed are 0 to 2\n {2}in Embedding/],
  ['an index that is no int32', () => new d.Embedding(3, 2).forward(d.randn([2])), d.DTypeError, /embedding: indices must be int32, got float32 \[2\]; call \.int\(\) first\n {2}in Embedding/],
  ['no channels to drop', () => new d.Dropout2d().forward(d.randn([2])), d.ShapeError, /Dropout2d: takes \[N, C, \.\.\.\], not \[2\]\n {2}in Dropout2d/],
  ['one axis to pad', () => new d.ZeroPad2d(1).forward(d.randn([2])), d.ShapeError, /ZeroPad2d: takes \[\.\.\., H, W\], not \[2\]/],
  ['more cut off than there is', () => new d.ZeroPad2d(-2).forward(d.randn([2, 3])), d.ShapeError, /pad: \[-2, -2, -2, -2\] cuts more off \[2, 3\] than there is\n {2}in ZeroPad2d/],
  ['channels that do not make pixels', () => new d.PixelShuffle(2).forward(d.randn([3, 2, 2])), d.ShapeError, /PixelShuffle: takes \[\.\.\., 4 C, H, W\], not \[3, 2, 2\]/],
  ['no image', () => new d.PixelShuffle(1).forward(d.randn([2, 2])), d.ShapeError, /PixelShuffle: takes \[\.\.\., 1 C, H, W\], not \[2, 2\]/],
  ['too few axes', () => new d.Upsample({ size: 3 }).forward(d.randn([2, 2])), d.ShapeError, /Upsample: 'nearest' takes \[N, C, L\], \[N, C, H, W\] or \[N, C, D, H, W\], not \[2, 2\]/],
  ['axes of another mode', () => new d.Upsample({ size: 3, mode: 'bilinear' }).forward(d.randn([2, 2, 2])), d.ShapeError, /Upsample: 'bilinear' takes \[N, C, H, W\], not \[2, 2, 2\]/],
  ['factors for other axes', () => new d.Upsample({ scaleFactor: [2, 3] }).forward(d.randn([1, 2, 2])), d.ShapeError, /Upsample: scaleFactor \[2, 3\] is not for the 1 spatial axes of \[1, 2, 2\]/],
  ['nothing left of it', () => new d.Upsample({ scaleFactor: 0.1 }).forward(d.randn([1, 1, 2, 2])), d.ShapeError, /Upsample: makes \[0, 0\] of \[1, 1, 2, 2\]; sizes must be at least 1/],
]; // prettier-ignore

it.each(inputs)('an input with %s is refused', (_, attempt, type, message) => {
  expect(attempt).toThrow(type);
  expect(attempt).toThrow(message);
});

it('the console shows the module path as well, since it prints the stack', () => {
  const error = (() => {
    try {
      return new Linear(3, 4).forward(d.randn([2, 4]) as d.Tensor);
    } catch (thrown) {
      return thrown as Error;
    }
  })() as Error;
  expect(error.stack).toContain('4 is not 3\n  in Linear\n');
  expect(error.stack).toContain('refusals.test.ts');
});
