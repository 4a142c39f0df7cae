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
export {
  LRScheduler,
  type Group as SchedulerGroup,
  type SchedulerOptions,
  type SchedulerState,
} from './schedulers/lr-scheduler';
export { LambdaLR, MultiplicativeLR, type LambdaLROptions, type LrLambda } from './schedulers/lambda-lr';
export { StepLR, type StepLROptions } from './schedulers/step-lr';
export { MultiStepLR, type MultiStepLROptions } from './schedulers/multi-step-lr';
export { ConstantLR, type ConstantLROptions } from './schedulers/constant-lr';
export { LinearLR, type LinearLROptions } from './schedulers/linear-lr';
export { ExponentialLR, type ExponentialLROptions } from './schedulers/exponential-lr';
export { PolynomialLR, type PolynomialLROptions } from './schedulers/polynomial-lr';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedulers/cosine-annealing-lr';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedulers/cosine-annealing-warm-restarts';
export { OneCycleLR, type OneCycleLROptions } from './schedulers/one-cycle-lr';
export { CyclicLR, type CyclicLROptions } from './schedulers/cyclic-lr';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedulers/reduce-lr-on-plateau';
export { SequentialLR, type SequentialLROptions } from './schedulers/sequential-lr';
export { ChainedScheduler } from './schedulers/chained-scheduler';
export { warmUp, type WarmUpOptions } from './schedulers/warm-up';
