export { isDataset, type Dataset, type EpochDraw } from './dataset';
export { TensorDataset } from './tensor-dataset';
export { Subset } from './subset';
export { ConcatDataset } from './concat-dataset';
export { MapDataset, type MapDatasetOptions } from './map-dataset';
export type { SampleDraw } from './sample-draw';
export { IterableDataset, type Samples } from './iterable-dataset';
export {
  randomSplit,
  trainValidationSplit,
  type RandomSplitOptions,
  type TrainValidationSplitOptions,
} from './random-split';
export {
  RandomSampler,
  SequentialSampler,
  type RandomSamplerOptions,
  type Sampler,
  type Sized,
} from './samplers/sampler';
export { WeightedRandomSampler, type WeightedRandomSamplerOptions } from './samplers/weighted-random-sampler';
export { StratifiedSampler, type Labels } from './samplers/stratified-sampler';
export { BatchSampler, type BatchedSampler, type BatchSamplerOptions } from './samplers/batch-sampler';
export { BucketBatchSampler, type BucketBatchSamplerOptions } from './samplers/bucket-batch-sampler';
export { randomNumbers } from './random-numbers';
export { DataLoader } from './data-loader';
export type { DataLoaderOptions, LoaderSource } from './loader-options';
export type { DataLoaderState } from './loader-position';
export { collate } from './collate';
export {
  paddedCollate,
  padSequence,
  paddingMask,
  type PaddedCollateOptions,
  type PadSequenceOptions,
} from './padded-collate';
export { idxTensor, readIdx, type Idx } from './readers/idx';
export { compose, type RandomSource, type Transform } from './transforms/transform';
export { randomShift, type RandomShiftOptions } from './transforms/random-shift';
export { randomCrop, type RandomCropOptions } from './transforms/random-crop';
export { randomHorizontalFlip, randomVerticalFlip } from './transforms/random-flip';
export { normalize } from './transforms/normalize';
export { toOneHot } from './transforms/to-one-hot';
export { parseCsv, readCsv, type CsvOptions } from './readers/csv';
export { CsvTable, type Row } from './readers/csv-table';
export type { Column, ColumnType } from './readers/csv-columns';
export { parseJsonl, readJsonl } from './readers/jsonl';
export { decodeImage, type ImageOptions } from './readers/decode-image';
export { ImageFolder, type ImageFile } from './readers/image-folder';
export type { Channels } from './readers/pixels';
export type { FileUrl, WorkersOptions } from './workers/worker-options';
