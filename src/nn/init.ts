import { ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import type { Initialiser } from '../module/initialiser';
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
  const field = shape.slice(2).reduce((product, dim) => product * dim, 1);
  return { fanIn: shape[1]! * field, fanOut: shape[0]! * field };
}

const fixedGains: Record<Exclude<Nonlinearity, 'leakyRelu'>, number> = {
  linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, selu: 3 / 4,
}; // prettier-ignore

/** The factor by which a nonlinearity shrinks the standard deviation, as torch.nn.init.calculate_gain. */
function gain(nonlinearity: Nonlinearity, a = 0.01): number {
  return nonlinearity === 'leakyRelu' ? Math.sqrt(2 / (1 + a * a)) : fixedGains[nonlinearity];
}

const between = (shape: readonly number[], low: number, high: number): Tensor =>
  rand(shape).mul(high - low).add(low); // prettier-ignore

function kaimingStd(
  shape: readonly number[],
  path: string,
  { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' }: KaimingOptions,
): number {
  if (mode !== 'fanIn' && mode !== 'fanOut')
    throw new ValueError(`${path}: init.kaiming: mode must be 'fanIn' or 'fanOut', not ${String(mode)}`);
  return gain(nonlinearity, a) / Math.sqrt(Math.max(1, fans(shape, 'kaiming', path)[mode]));
}

function xavierStd(shape: readonly number[], path: string, factor: number): number {
  const { fanIn, fanOut } = fans(shape, 'xavier', path);
  return factor * Math.sqrt(2 / Math.max(1, fanIn + fanOut));
}

/** Normal draws. Source: torch.nn.init.normal_. */
function normal({ mean = 0, std = 1 }: { mean?: number; std?: number } = {}): Initialiser {
  return labelled('normal', { mean, std }, (shape) => randn(shape).mul(std).add(mean));
}

/** Uniform draws on [low, high). Source: torch.nn.init.uniform_. */
function uniform({ low = 0, high = 1 }: { low?: number; high?: number } = {}): Initialiser {
  return labelled('uniform', { low, high }, (shape) => between(shape, low, high));
}

const zeros = (): Initialiser => labelled('zeros', {}, (shape) => full(shape, 0));
const ones = (): Initialiser => labelled('ones', {}, (shape) => full(shape, 1));
const constant = (value: number): Initialiser => labelled('constant', { value }, (shape) => full(shape, value));

/** He's uniform draws: bound gain * sqrt(3 / fan). Source: torch.nn.init.kaiming_uniform_, https://arxiv.org/abs/1502.01852 */
function kaimingUniform(options: KaimingOptions = {}): Initialiser {
  return labelled('kaimingUniform', options, (shape, { path }) => {
    const bound = Math.sqrt(3) * kaimingStd(shape, path, options);
    return between(shape, -bound, bound);
  });
}

/** He's normal draws: standard deviation gain / sqrt(fan). Source: torch.nn.init.kaiming_normal_. */
function kaimingNormal(options: KaimingOptions = {}): Initialiser {
  return labelled('kaimingNormal', options, (shape, { path }) => randn(shape).mul(kaimingStd(shape, path, options)));
}

/** Glorot's uniform draws. Source: torch.nn.init.xavier_uniform_, https://proceedings.mlr.press/v9/glorot10a.html */
function xavierUniform(options: { gain?: number } = {}): Initialiser {
  return labelled('xavierUniform', options, (shape, { path }) => {
    const bound = Math.sqrt(3) * xavierStd(shape, path, options.gain ?? 1);
    return between(shape, -bound, bound);
  });
}

/** Glorot's normal draws. Source: torch.nn.init.xavier_normal_. */
function xavierNormal(options: { gain?: number } = {}): Initialiser {
  return labelled('xavierNormal', options, (shape, { path }) =>
    randn(shape).mul(xavierStd(shape, path, options.gain ?? 1)),
  );
}

/** Ones on the diagonal of a matrix. Source: torch.nn.init.eye_. */
function eye(): Initialiser {
  return labelled('eye', {}, (shape, { path }) => {
    if (shape.length !== 2) throw new ValueError(`${path}: init.eye needs two dims, not ${showShape(shape)}`);
    return identity(shape[0]!, shape[1]!);
  });
}

/**
 * First values of declared fields: `@param([3, 4], { init: init.normal({ std: 0.02 }) })`. Each draws from the global
 * random stream, in construction order. An initialiser of your own is a function of the shape that returns a tensor.
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
};
