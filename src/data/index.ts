export { TensorDataset, type Dataset } from './dataset';
export { DataLoader, isDataset, type DataLoaderOptions } from './data-loader';
export { collate } from './collate';
export { idxTensor, readIdx, type Idx } from './idx';
