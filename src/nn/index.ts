export { init, type FanMode, type KaimingOptions, type Nonlinearity } from './init';
export { Linear } from './linear';
export { GELU, ReLU, Sigmoid, SiLU, Tanh } from './activation';
export { Flatten } from './flatten';
export { Dropout } from './dropout';
export { Sequential, type Layer } from './sequential';
export { ModuleList } from './module-list';
export { ModuleDict } from './module-dict';
