export { commit, type Change } from './commit';
export { Buffer, Parameter, setCreationHook, Tensor, type NestedNumbers } from './tensor';
export type { Unsized } from './unsized';
export { isBuffer, isParameter } from './kinds';
export { isTensor } from './wrap';
export { setThreads } from '../plan';
export * from './functions';
export {
  arange,
  eye,
  full,
  linspace,
  ones,
  rand,
  randn,
  tensor,
  zeros,
  type CreationOptions,
  type TensorOptions,
} from './creation';
export type { Nested } from './shapes/data';
export type { Dim, Shape } from './shapes/shape';
export { grad, setGradientGuard, type GradOptions } from './autograd';
export { enterForward, failForward, leaveForward, noGrad } from './evaluation';
export { evaluate as evaluateSync, evaluated } from './evaluation';
export { device, devices, setDefaultDevice, withDevice, type Device, type DeviceReport } from './device';
export { gradCheck, type GradCheckOptions } from './grad-check';
export { evaluateAll as evaluate, keep } from './read';
export { manualSeed, randomState, setRandomState, type RandomState } from '../core/random';
export type { ComputeType, DType, TypedArray } from '../core/dtype';
