import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import * as d from 'decograd';
import { device, IndexError, ShapeError, tensor, ValueError, type MetricValue, type StreamingMetric, type Tensor } from 'decograd'; // prettier-ignore
import * as metrics from '../../src/train/metrics';
import { devices } from '../ops/devices';
import { leaf, type Listed } from '../ops/fixtures';

/** A metric, its options or one argument, and what scikit-learn has for all batches at once. */
interface Case {
  readonly metric: string;
  readonly argument?: number;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly batches: readonly (readonly [Listed, Listed])[];
  readonly value: Plain;
}
type Plain = number | 'NaN' | readonly Plain[];
const { cases } = JSON.parse(readFileSync('test/fixtures/metrics.json', 'utf8')) as { cases: Case[] };

const factories = metrics as unknown as Readonly<Record<string, (argument?: unknown) => StreamingMetric>>;
const numberOf = (x: unknown) => (x === 'NaN' ? NaN : x);
const made = ({ metric, argument, options = {} }: Case) =>
  factories[metric]!(
    argument ??
      (Object.keys(options).length > 0
        ? Object.fromEntries(Object.entries(options).map(([k, v]) => [k, numberOf(v)]))
        : undefined),
  );
const plain = ({ shape, dtype, values }: Listed): Tensor => {
  const made = leaf({ shape, dtype, values });
  if (made.requiresGrad) made.requiresGrad = false;
  return made;
};

/** Equal to six digits, NaN only to itself: outputs are float32, scikit-learn's sums are not. */
function expectSame(actual: MetricValue, wanted: Plain, tolerance = 1e-6): void {
  if (Array.isArray(wanted)) {
    expect((actual as MetricValue[]).length).toBe(wanted.length);
    return wanted.forEach((w: Plain, i) => expectSame((actual as MetricValue[])[i]!, w, tolerance));
  }
  if (wanted === 'NaN') return expect(actual).toBeNaN();
  expect(Math.abs((actual as number) - (wanted as number))).toBeLessThanOrEqual(
    tolerance * Math.max(1, Math.abs(wanted as number)),
  );
}

describe.each(devices)('over batches they are what scikit-learn has for all data, on %s', (name) => {
  beforeAll(async () => void (await device(name)));
  cases.forEach((sample, i) =>
    it(`${i} ${sample.metric} ${JSON.stringify(sample.options ?? sample.argument)}`, async () => {
      const metric = made(sample);
      for (const round of [1, 2]) {
        for (const [output, target] of sample.batches) await metric.update(plain(output), plain(target));
        expectSame(await metric.compute(), sample.value);
        if (round === 1) metric.reset();
      }
    }),
  );
});

describe('every metric', () => {
  beforeAll(async () => void (await device('wasm')));

  it('that is exported has cases', () => {
    expect(Object.keys(metrics).sort()).toEqual([...new Set(cases.map(({ metric }) => metric))].sort());
    for (const [name, metric] of Object.entries(metrics))
      expect((d as unknown as Record<string, unknown>)[name]).toBe(metric);
  });

  it.each(Object.keys(metrics))('%s: updates that are not awaited count, and computing ends nothing', async (name) => {
    const sample = cases.find((sample) => sample.metric === name && sample.batches.length === 3)!;
    const metric = made(sample);
    const [first, ...others] = sample.batches.map(([output, target]) => [plain(output), plain(target)] as const);
    void metric.update(...first!);
    await metric.compute();
    for (const batch of others) void metric.update(...batch);
    expectSame(await metric.compute(), sample.value);
  });

  it.each(Object.keys(metrics))('%s: nothing to compute', async (name) => {
    const metric = made(cases.find((sample) => sample.metric === name)!);
    await expect(metric.compute()).rejects.toThrow(
      `${name}: there is nothing to compute; call update(output, target) first`,
    );
  });
});

describe('how the data is divided does not matter', () => {
  const parts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
  const row = fc.double({ min: -3, max: 3, noNaN: true });
  it.each([
    ['accuracy', () => d.accuracy()],
    ['f1', () => d.f1({ average: 'micro' })],
    ['recall', () => d.recall({ average: 'none' })],
    ['top 2', () => d.topK(2)],
    ['perplexity', () => d.perplexity()],
    ['confusion', () => d.confusionMatrix()],
  ] as [string, () => StreamingMetric][])('%s', async (_, make) => {
    await fc.assert(
      fc.asyncProperty(parts, fc.array(row, { minLength: 75, maxLength: 75 }), async (sizes, numbers) => {
        const count = sizes.reduce((a, b) => a + b, 0);
        const output = tensor(numbers.slice(0, 3 * count)).reshape([count, 3]);
        const target = tensor(
          Int32Array.from({ length: count }, (_value, i) => Math.abs(Math.round(numbers[i]! * 7)) % 3),
        );
        const [whole, divided] = [make(), make()];
        await whole.update(output, target);
        let start = 0;
        for (const size of sizes) {
          await divided.update(output.slice(0, start, start + size), target.slice(0, start, start + size));
          start += size;
        }
        expectSame(await divided.compute(), (await whole.compute()) as Plain, 1e-12);
      }),
      { numRuns: 30 },
    );
  });
});

it('images have a class at every place', async () => {
  const output: Tensor = d.randn([2, 3, 4, 4]);
  const target: Tensor = output.argmax(1);
  for (const metric of [d.accuracy(), d.topK(1), d.f1({ average: 'micro' })]) {
    await metric.update(output, target);
    expect(await metric.compute()).toBe(1);
  }
});

describe('refuses', () => {
  const labels = (...values: number[]) => tensor(new Int32Array(values));
  const x: Tensor = tensor([[1, 2, 3], [3, 2, 1]]); // prettier-ignore
  const any = (value: unknown) => value as never;
  const after = (metric: StreamingMetric, ...batches: [Tensor, Tensor][]) => async () => {
    for (const [output, target] of batches) await metric.update(output, target);
    return metric.compute();
  };
  it.each([
    ['labels of another batch', after(d.f1(), [x, labels(0)]), ShapeError, 'f1: needs outputs [N, C] and labels [N], or both of one shape, got [2, 3] and [1]'],
    ['a label that is no class', after(d.accuracy(), [x, labels(0, 3)]), IndexError, 'accuracy: label 3 is no class; allowed are 0 to 2'],
    ['the same by its rank', after(d.topK(2), [x, labels(0, -1)]), IndexError, 'topK: label -1 is no class; allowed are 0 to 2'],
    ['half a label', after(d.recall({ average: 'macro' }), [tensor([1, 0]), tensor([0.5, 1])]), ValueError, 'recall: label 0.5 is no whole number'],
    ['labels for ranks', after(d.topK(1), [labels(1), labels(1)]), ShapeError, 'topK: needs outputs [N, C], got [1]'],
    ['no tensors', after(d.f1(), any([[1], [1]])), d.DTypeError, 'f1: the output must be a tensor, not'],
    ['three classes for two', after(d.precision({ average: 'binary' }), [x, labels(0, 1)]), ValueError, "precision: average 'binary' is for two classes, and there are 3; choose any of macro"],
    ['scores that are no probabilities', after(d.rocAuc(), [x, labels(0, 1)]), ValueError, 'rocAuc: scores of several classes must be probabilities, and those of sample 0 sum up to 6'],
    ['a class without samples', after(d.rocAuc(), [x.softmax(1), labels(0, 1)]), ValueError, 'rocAuc: no label is 2'],
    ['a score that is NaN', after(d.rocAuc(), [tensor([NaN, 1]), labels(0, 1)]), ValueError, 'rocAuc: a score is NaN'],
    ['scores of images', after(d.rocAuc(), [d.zeros([2, 2]), d.zeros([2, 2])]), ShapeError, 'rocAuc: needs scores [N] or probabilities [N, C]'],
    ['columns for a row', after(d.r2(), [d.zeros([3, 1]), d.zeros([3])]), ShapeError, "r2: the output is [3, 1], the target [3]; reshape one to the other's shape"],
    ['samples of two sizes', after(d.mae(), [d.zeros([3, 2]), d.zeros([3, 2])], [d.zeros([3, 1]), d.zeros([3, 1])]), ShapeError, 'mae: samples of 1 elements come after samples of 2'],
    ['a label without a logit', after(d.perplexity(), [x, labels(0, 7)]), IndexError, 'label 7 is no class'],
    ['k of 0', () => d.topK(0), ValueError, 'topK: k must be a whole number of at least 1, not 0'],
    ['an unknown average', () => d.f1({ average: any('samples') }), ValueError, 'f1: average must be any of binary, macro, weighted, micro, none, not "samples"'],
    ['an average of curves', () => d.rocAuc({ average: any('micro') }), ValueError, "rocAuc: average must be 'macro' or 'none', not \"micro\""],
    ["scikit-learn's spelling", () => d.recall(any({ zero_division: 1 })), ValueError, "recall: there is no option 'zero_division'; did you mean 'zeroDivision'?"],
    ['a division by zero that is no share', () => d.precision({ zeroDivision: 0.5 }), ValueError, 'precision: zeroDivision must be 0, 1 or NaN, not 0.5'],
    ['a threshold by name', () => d.confusionMatrix({ threshold: any('half') }), ValueError, 'confusionMatrix: threshold must be a finite number, not "half"'],
    ['an option by position', () => d.perplexity(any(0)), ValueError, 'perplexity: options are one object with any of ignoreIndex; not 0'],
  ] as [string, () => unknown, new (message: string) => Error, string][])('%s', async (_, attempt, type, says) => {
    const error = await Promise.resolve().then(attempt).then(() => undefined, (thrown: unknown) => thrown as Error); // prettier-ignore
    expect(error).toBeInstanceOf(type);
    expect(error!.message).toContain(says);
  });
}); // prettier-ignore
