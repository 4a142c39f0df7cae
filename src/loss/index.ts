export { l1Loss, L1Loss, type L1LossOptions } from './l1-loss';
export { mseLoss, MSELoss, type MSELossOptions } from './mse-loss';
export { smoothL1Loss, SmoothL1Loss, type SmoothL1LossOptions } from './smooth-l1-loss';
export { huberLoss, HuberLoss, type HuberLossOptions } from './huber-loss';
export { crossEntropyLoss, CrossEntropyLoss, type CrossEntropyLossOptions } from './cross-entropy-loss';
export { nllLoss, NLLLoss, type NLLLossOptions } from './nll-loss';
export { bceLoss, BCELoss, type BCELossOptions } from './bce-loss';
export { bceWithLogitsLoss, BCEWithLogitsLoss, type BCEWithLogitsLossOptions } from './bce-with-logits-loss';
export { klDivLoss, KLDivLoss, type KLDivLossOptions, type KLDivReduction } from './kl-div-loss';
export { cosineEmbeddingLoss, CosineEmbeddingLoss, type CosineEmbeddingLossOptions } from './cosine-embedding-loss';
export { hingeEmbeddingLoss, HingeEmbeddingLoss, type HingeEmbeddingLossOptions } from './hinge-embedding-loss';
export { marginRankingLoss, MarginRankingLoss, type MarginRankingLossOptions } from './margin-ranking-loss';
export { multiMarginLoss, MultiMarginLoss, type MultiMarginLossOptions } from './multi-margin-loss';
export {
  multiLabelMarginLoss,
  MultiLabelMarginLoss,
  type MultiLabelMarginLossOptions,
} from './multi-label-margin-loss';
export {
  multiLabelSoftMarginLoss,
  MultiLabelSoftMarginLoss,
  type MultiLabelSoftMarginLossOptions,
} from './multi-label-soft-margin-loss';
export { softMarginLoss, SoftMarginLoss, type SoftMarginLossOptions } from './soft-margin-loss';
export { tripletMarginLoss, TripletMarginLoss, type TripletMarginLossOptions } from './triplet-margin-loss';
export {
  tripletMarginWithDistanceLoss,
  TripletMarginWithDistanceLoss,
  type TripletMarginWithDistanceLossOptions,
} from './triplet-margin-with-distance-loss';
export { poissonNLLLoss, PoissonNLLLoss, type PoissonNLLLossOptions } from './poisson-nll-loss';
export { gaussianNLLLoss, GaussianNLLLoss, type GaussianNLLLossOptions } from './gaussian-nll-loss';
export { ctcLoss, CTCLoss, type CTCLossOptions } from './ctc-loss';
export type { CTCLengths } from './ctc-targets';
export type { Reduction } from './reduction';
