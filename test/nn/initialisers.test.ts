import { describe, expect, it } from 'vitest';
import { init, Linear, manualSeed, module, Module, param, type Initialiser, type Parameter } from 'decograd';
import layers from '../fixtures/layers.json';
import fixtures from '../fixtures/training.json';

/** What test/oracle/training.py says about a large tensor of PyTorch's. */
interface Statistics {
  readonly shape: number[];
  readonly mean: number;
  readonly std: number;
  readonly low: number;
  readonly high: number;
}

function statistics(values: ArrayLike<number>): Omit<Statistics, 'shape'> {
  let [mean, square, low, high] = [0, 0, Infinity, -Infinity];
  const n = values.length;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  for (let i = 0; i < n; i++) {
    square += (values[i]! - mean) ** 2;
    [low, high] = [Math.min(low, values[i]!), Math.max(high, values[i]!)];
  }
  return { mean, std: Math.sqrt(square / (n - 1)), low, high };
}

type Distribution = { readonly std: number; readonly kurtosis: number; cdf(x: number): number };
const uniform = (low: number, high: number): Distribution => ({
  std: (high - low) / Math.sqrt(12),
  kurtosis: 9 / 5,
  cdf: (x) => Math.min(1, Math.max(0, (x - low) / (high - low))),
});
const normal = (mean: number, std: number): Distribution => ({ std, kurtosis: 3, cdf: (x) => phi((x - mean) / std) });

/** The normal distribution function by Simpson's rule: good to 1e-6, and owing nothing to the library's erf. */
function phi(z: number): number {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
  const steps = 40;
  const h = z / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++)
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2) / 2);
  return 0.5 + (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

/**
 * Two samples of n draws differ in the mean by a normal number of deviation std * sqrt(2 / n), and in the standard deviation
 * by one of std * sqrt((kurtosis - 1) / (2 n)); 4.5 deviations happen once in 150,000. The largest distance of the sample's
 * distribution from the true one (Kolmogorov and Smirnov) exceeds 2.2 / sqrt(n) once in 8,000.
 */
function expectDistribution(values: ArrayLike<number>, wanted: Statistics, { std, kurtosis, cdf }: Distribution): void {
  const n = values.length;
  const found = statistics(values);
  expect(Math.abs(found.mean - wanted.mean)).toBeLessThan(4.5 * std * Math.sqrt(2 / n));
  expect(Math.abs(found.std - wanted.std)).toBeLessThan(4.5 * std * Math.sqrt((kurtosis - 1) / (2 * n)));
  const sorted = Float64Array.from(values).sort();
  const distance = sorted.reduce(
    (most, x, i) => Math.max(most, Math.abs((i + 1) / n - cdf(x)), Math.abs(i / n - cdf(x))),
    0,
  );
  expect(distance).toBeLessThan(2.2 / Math.sqrt(n));
}

/** No draw beyond the bounds, in float32; the outermost of n draws come within 20 / n of the range to them (else once in e^20). */
function expectBounds(values: ArrayLike<number>, low: number, high: number): void {
  const found = statistics(values);
  const margin = (20 / values.length) * (high - low);
  expect(found.low).toBeGreaterThanOrEqual(Math.fround(low));
  expect(found.high).toBeLessThanOrEqual(Math.fround(high));
  expect(found.low).toBeLessThan(low + margin);
  expect(found.high).toBeGreaterThan(high - margin);
}

function drawn(initialiser: Initialiser, shape: readonly number[], seed = 11): Float32Array {
  @module
  class Holder extends Module {
    @param(shape, { init: initialiser }) weight!: Parameter;
  }
  manualSeed(seed);
  return new Holder().weight.dataSync() as Float32Array;
}

describe('Linear starts as in PyTorch', () => {
  it.each(fixtures.linear)('$in to $out', ({ in: inFeatures, out, weight, bias }) => {
    manualSeed(5);
    const layer = new Linear(inFeatures, out);
    const bound = 1 / Math.sqrt(inFeatures);
    for (const [parameter, wanted] of [[layer.weight, weight], [layer.bias!, bias]] as const) {
      expect(parameter.shape).toEqual(wanted.shape);
      const values = parameter.dataSync();
      expectDistribution(values, wanted, uniform(-bound, bound));
      expectBounds(values, -bound, bound);
      expect(Math.max(-wanted.low, wanted.high)).toBeLessThanOrEqual(Math.fround(bound)); // PyTorch keeps the same bounds
    }
  }); // prettier-ignore

  it('from the seed alone, and no two layers alike', () => {
    const make = () => {
      manualSeed(9);
      return [new Linear(3, 4), new Linear(3, 4)].flatMap((layer) => [
        ...layer.weight.dataSync(),
        ...layer.bias!.dataSync(),
      ]);
    };
    const values = make();
    expect(make()).toEqual(values);
    expect(new Set(values).size).toBe(values.length);
  });

  it('with no inputs its bias is 0, as in PyTorch', () => {
    const layer = new Linear(0, 3);
    expect([layer.weight.shape, [...layer.bias!.dataSync()]]).toEqual([[3, 0], [0, 0, 0]]); // prettier-ignore
  });
});

describe('initialisers draw as those of torch.nn.init', () => {
  const wanted: Record<string, Statistics> = fixtures.inits;
  const [outputs, inputs, field] = [200, 100, 3];
  const [fanIn, fanOut] = [inputs * field, outputs * field];
  const kaiming = 1 / Math.sqrt(fanIn); // sqrt(3) * gain / sqrt(fanIn), where gain is sqrt(2 / (1 + 5))
  const xavier = 2 * Math.sqrt(6 / (fanIn + fanOut));
  const rows: Record<string, [Initialiser, Distribution, bounds?: [number, number]]> = {
    kaimingUniform: [init.kaimingUniform({ a: Math.sqrt(5) }), uniform(-kaiming, kaiming), [-kaiming, kaiming]],
    kaimingNormal: [init.kaimingNormal({ mode: 'fanOut', nonlinearity: 'relu' }), normal(0, Math.sqrt(2 / fanOut))],
    xavierUniform: [init.xavierUniform({ gain: 2 }), uniform(-xavier, xavier), [-xavier, xavier]],
    xavierNormal: [init.xavierNormal(), normal(0, Math.sqrt(2 / (fanIn + fanOut)))],
    normal: [init.normal({ mean: 0.5, std: 2 }), normal(0.5, 2)],
    uniform: [init.uniform({ low: -1, high: 3 }), uniform(-1, 3), [-1, 3]],
  };

  it('every random one has a case', () => {
    const others = ['zeros', 'ones', 'constant', 'eye', 'calculateGain'];
    expect([...Object.keys(rows), ...others].sort()).toEqual(Object.keys(init).sort());
    expect(Object.keys(rows).sort()).toEqual(Object.keys(wanted).sort());
  });
  it.each(Object.keys(rows))('%s', (name) => {
    const [initialiser, distribution, bounds] = rows[name]!;
    const values = drawn(initialiser, wanted[name]!.shape);
    expectDistribution(values, wanted[name]!, distribution);
    if (bounds) expectBounds(values, ...bounds);
    expect(drawn(initialiser, wanted[name]!.shape).every((value, i) => value === values[i])).toBe(true);
  });
  it('a test of distribution tells a wrong one', () => {
    const values = drawn(init.normal({ mean: 0.5, std: 2.05 }), wanted.normal!.shape);
    expect(() => expectDistribution(values, wanted.normal!, normal(0.5, 2))).toThrow();
    const flat = drawn(
      init.uniform({ low: 0.5 - 2 * Math.sqrt(3), high: 0.5 + 2 * Math.sqrt(3) }),
      wanted.normal!.shape,
    );
    expect(() => expectDistribution(flat, wanted.normal!, normal(0.5, 2))).toThrow();
  });

  it('zeros, ones, constant and eye', () => {
    expect([...drawn(init.zeros(), [2])]).toEqual([0, 0]);
    expect([...drawn(init.ones(), [2])]).toEqual([1, 1]);
    expect([...drawn(init.constant(-Infinity), [2])]).toEqual([-Infinity, -Infinity]);
    expect([...drawn(init.eye(), [2, 3])]).toEqual([1, 0, 0, 0, 1, 0]);
  });

  it.each(layers.gains as [[string, number?], number][])('the gain of %j', ([name, a], gain) => {
    const nonlinearity = name === 'leaky_relu' ? 'leakyRelu' : (name as 'relu');
    expect(init.calculateGain(nonlinearity, a)).toBeCloseTo(gain, 14);
  });
});
