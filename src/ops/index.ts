export * from './elementwise';
export { elementwiseTable, type Elementwise, type ElementwiseName } from './elementwise-table';
export { argmax, argmin, max, mean, min, prod, std, sum, sumTo, variance, type VarianceOptions } from './reduce';
export { matmul } from './matmul';
export {
  concatenate,
  copyOf,
  expand,
  flatten,
  flip,
  pad,
  permute,
  reshape,
  select,
  slice,
  squeeze,
  stack,
  transpose,
  unsqueeze,
} from './movement';
export { checkIndices, embedding, gather, indexSelect, oneHot, scatterAdd } from './indexing';
export { logSoftmax, logsumexp, softmax } from './softmax';
export { alias, detach, withDerivative, type Backward } from './custom';
export { arange, eye, full, random } from './create';
export { allPrimitives, isPrimitive, type Lowered, type Primitive } from './primitive';
