export { mseLoss, MSELoss, type MSELossOptions } from './mse-loss';
export { crossEntropyLoss, CrossEntropyLoss, type CrossEntropyLossOptions } from './cross-entropy-loss';
export type { Reduction } from './reduction';
