export {
  Optimizer,
  type OptimizerOptions,
  type ParameterState,
  type Slots,
  type Tagged,
  type Update,
} from './optimizer';
export type { OptimizerState } from './optimizer-state';
export type { GroupSource, OptimizerSource, ParameterGroup, ParameterSource } from './parameter-groups';
export { SGD, type SGDOptions } from './sgd';
export { Adam, type AdamOptions } from './adam';
export { AdamW } from './adamw';
