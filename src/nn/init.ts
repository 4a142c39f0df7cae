import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { product, showShape } from '../core/shape';
import type { Initialiser } from '../module/initialiser';
import { show } from '../module/shape-declaration';
import { eye as identity, full, rand, randn, type Tensor } from '../tensor';

/** Which fan keeps its variance: that of the forward pass, or of the gradients. */
export type FanMode = 'fanIn' | 'fanOut';
/** What follows the weight. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu';

export interface KaimingOptions {
  /** Slope of leakyRelu below 0. Default 0. */
  readonly a?: number;
  /** Default 'fanIn'. */
  readonly mode?: FanMode;
  /** Default 'leakyRelu'. */
  readonly nonlinearity?: Nonlinearity;
}

function labelled(name: string, options: object, fill: Initialiser): Initialiser {
  const parts = Object.entries(options).filter(([, value]) => value !== undefined);
  const text = parts
    .map(([key, value]) => `${key}=${typeof value === 'number' ? +value.toPrecision(4) : value}`)
    .join(', ');
  return Object.assign(fill, { label: parts.length > 0 ? `${name}(${text})` : name });
}

function fans(shape: readonly number[], name: string, path: string): Record<FanMode, number> {
  if (shape.length < 2)
    throw new ValueError(
      `${path}: init.${name} needs at least two dims to count fans, not ${showShape(shape)}; use init.uniform or init.normal`,
    );
  const field = product(shape.slice(2));
  return { fanIn: shape[1] * field, fanOut: shape[0] * field };
}

const fixedGains: Record<Exclude<Nonlinearity, 'leakyRelu'>, number> = {
  linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, selu: 3 / 4,
}; // prettier-ignore
const nonlinearities = [...Object.keys(fixedGains), 'leakyRelu'];

/**
 * The factor that makes up for what a nonlinearity does to the standard deviation; `a` is the slope of leakyRelu below 0.
 * Source: torch.nn.init.calculate_gain.
 */
function calculateGain(nonlinearity: Nonlinearity, a = 0.01): number {
  if (!nonlinearities.includes(nonlinearity))
    throw new ValueError(
      `init: nonlinearity must be one of ${nonlinearities.join(', ')}, not ${show(nonlinearity)}; PyTorch has no gain for others either, take that of relu`,
    );
  checkNumbers('calculateGain', { a });
  return nonlinearity === 'leakyRelu' ? Math.sqrt(2 / (1 + a * a)) : fixedGains[nonlinearity];
}

function checkNumbers(name: string, numbers: Readonly<Record<string, unknown>>): void {
  for (const [option, value] of Object.entries(numbers))
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new ValueError(`init.${name}: ${option} must be a finite number, not ${show(value)}`);
}

const between = (shape: readonly number[], low: number, high: number): Tensor =>
  rand(shape).mul(high - low).add(low); // prettier-ignore

/** From a shape and a field's path, the standard deviation that He's draws have there. */
function kaimingStd(name: string, options: KaimingOptions): (shape: readonly number[], path: string) => number {
  checkOptions(`init.${name}`, options, ['a', 'mode', 'nonlinearity']);
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  if (mode !== 'fanIn' && mode !== 'fanOut')
    throw new ValueError(`init.${name}: mode must be 'fanIn' or 'fanOut', not ${show(mode)}`);
  const gain = calculateGain(nonlinearity, a);
  return (shape, path) => gain / Math.sqrt(Math.max(1, fans(shape, name, path)[mode]));
}

/** The same for Glorot's. */
function xavierStd(name: string, options: { gain?: number }): (shape: readonly number[], path: string) => number {
  checkOptions(`init.${name}`, options, ['gain']);
  const { gain = 1 } = options;
  checkNumbers(name, { gain });
  return (shape, path) => {
    const { fanIn, fanOut } = fans(shape, name, path);
    return gain * Math.sqrt(2 / Math.max(1, fanIn + fanOut));
  };
}

/** Normal draws. Source: torch.nn.init.normal_. */
function normal(options: { mean?: number; std?: number } = {}): Initialiser {
  checkOptions('init.normal', options, ['mean', 'std']);
  const { mean = 0, std = 1 } = options;
  checkNumbers('normal', { mean, std });
  if (std < 0) throw new ValueError(`init.normal: std must be at least 0, not ${std}`);
  return labelled('normal', { mean, std }, (shape) => randn(shape).mul(std).add(mean));
}

/** Uniform draws on [low, high). Source: torch.nn.init.uniform_. */
function uniform(options: { low?: number; high?: number } = {}): Initialiser {
  checkOptions('init.uniform', options, ['low', 'high']);
  const { low = 0, high = 1 } = options;
  checkNumbers('uniform', { low, high });
  if (low > high) throw new ValueError(`init.uniform: low must be at most high, not ${low} with high ${high}`);
  return labelled('uniform', { low, high }, (shape) => between(shape, low, high));
}

const zeros = (): Initialiser => labelled('zeros', {}, (shape) => full(shape, 0));
const ones = (): Initialiser => labelled('ones', {}, (shape) => full(shape, 1));
/** One value everywhere. Source: torch.nn.init.constant_. */
function constant(value: number): Initialiser {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new ValueError(`init.constant: takes one number, such as init.constant(0.5), not ${show(value)}`);
  return labelled('constant', { value }, (shape) => full(shape, value));
}

/** He's uniform draws: bound gain * sqrt(3 / fan). Source: torch.nn.init.kaiming_uniform_, https://arxiv.org/abs/1502.01852 */
function kaimingUniform(options: KaimingOptions = {}): Initialiser {
  const std = kaimingStd('kaimingUniform', options);
  return labelled('kaimingUniform', options, (shape, { path }) => {
    const bound = Math.sqrt(3) * std(shape, path);
    return between(shape, -bound, bound);
  });
}

/** He's normal draws: standard deviation gain / sqrt(fan). Source: torch.nn.init.kaiming_normal_. */
function kaimingNormal(options: KaimingOptions = {}): Initialiser {
  const std = kaimingStd('kaimingNormal', options);
  return labelled('kaimingNormal', options, (shape, { path }) => randn(shape).mul(std(shape, path)));
}

/** Glorot's uniform draws. Source: torch.nn.init.xavier_uniform_, https://proceedings.mlr.press/v9/glorot10a.html */
function xavierUniform(options: { gain?: number } = {}): Initialiser {
  const std = xavierStd('xavierUniform', options);
  return labelled('xavierUniform', options, (shape, { path }) => {
    const bound = Math.sqrt(3) * std(shape, path);
    return between(shape, -bound, bound);
  });
}

/** Glorot's normal draws. Source: torch.nn.init.xavier_normal_. */
function xavierNormal(options: { gain?: number } = {}): Initialiser {
  const std = xavierStd('xavierNormal', options);
  return labelled('xavierNormal', options, (shape, { path }) => randn(shape).mul(std(shape, path)));
}

/** Ones on the diagonal of a matrix. Source: torch.nn.init.eye_. */
function eye(): Initialiser {
  return labelled('eye', {}, (shape, { path }) => {
    if (shape.length !== 2) throw new ValueError(`${path}: init.eye needs two dims, not ${showShape(shape)}`);
    return identity(shape[0], shape[1]);
  });
}

/**
 * First values of declared fields: `@param([3, 4], { init: init.normal({ std: 0.02 }) })`. Each draws from the global
 * random stream, in construction order; an option out of range is a ValueError. An initialiser of your own is a function
 * of the shape that returns a tensor.
 */
export const init = {
  normal,
  uniform,
  zeros,
  ones,
  constant,
  kaimingUniform,
  kaimingNormal,
  xavierUniform,
  xavierNormal,
  eye,
  calculateGain,
};
