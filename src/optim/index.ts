export {
  Optimizer,
  type Closure,
  type Numbers,
  type OptimizerOptions,
  type ParameterState,
  type Slots,
  type Tagged,
} from './optimizer';
export { FirstOrderOptimizer, type Update } from './first-order-optimizer';
export type { OptimizerState } from './optimizer-state';
export type { GroupMembers, GroupSource, OptimizerSource, ParameterGroup, ParameterSource } from './parameter-groups';
export type { Limit, LimitName, Limits } from './option-limits';
export { SGD, type SGDOptions } from './sgd';
export { ASGD, type ASGDOptions } from './asgd';
export { Adagrad, type AdagradOptions } from './adagrad';
export { Adadelta, type AdadeltaOptions } from './adadelta';
export { RMSprop, type RMSpropOptions } from './rmsprop';
export { Rprop, type RpropOptions } from './rprop';
export { Adam, type AdamOptions } from './adam';
export { AdamW } from './adamw';
export { Adamax, type AdamaxOptions } from './adamax';
export { NAdam, type NAdamOptions } from './nadam';
export { RAdam, type RAdamOptions } from './radam';
export { Lion, type LionOptions } from './lion';
export { LAMB, type LAMBOptions } from './lamb';
export { Adafactor, type AdafactorOptions } from './adafactor';
export { Muon, type MuonOptions } from './muon';
export { ScheduleFreeAdamW, type ScheduleFreeAdamWOptions } from './schedule-free-adamw';
export { LBFGS, type LBFGSOptions } from './lbfgs';
export { clipGradNorm, clipGradValue, type ClipGradNormOptions } from './clip-gradients';
export { parametersToVector, vectorToParameters } from './parameter-vector';
