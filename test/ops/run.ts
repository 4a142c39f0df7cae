import { beforeAll, describe, expect, it } from 'vitest';
import { device, tensor } from 'decograd';
import { devices } from './devices';
import { argumentsOf, call, leaf, numbers, samplesOf, tensorsOf, title, type Family, type Sample } from './fixtures';

/** How far a value and a gradient may be from PyTorch's: absolute, and relative to it. */
const tolerance = { value: [1e-6, 1e-5], gradient: [1e-6, 1e-4] } as const;

/** One test for each case of the family on each device. */
export function testFamily(family: Family): void {
  describe.each(devices)(`${family} on %s`, (name) => {
    beforeAll(async () => void (await device(name)));
    for (const sample of samplesOf(family)) it(title(sample), () => check(sample));
  });
}

/** Runs the case on the current device: shape, dtype, value and gradients are PyTorch's. */
export async function check(sample: Sample): Promise<void> {
  const leaves = tensorsOf(sample).map(leaf);
  const out = call(sample.op, argumentsOf(sample, leaves)).keep();
  expect([out.shape, out.dtype], title(sample)).toEqual([sample.out.shape, sample.out.dtype]);
  expect(out.requiresGrad, title(sample)).toBe(sample.upstream !== undefined);
  if (sample.upstream !== undefined) out.backward(tensor(numbers(sample.upstream), { shape: out.shape }));
  close('value', sample, await out.data(), sample.out.values);
  const grads = leaves.filter((x) => x.dtype === 'float32').map((x) => x.grad);
  for (const [i, wanted] of (sample.grads ?? []).entries()) {
    expect(grads[i], `gradient of ${title(sample)}`).not.toBeNull();
    close('gradient', sample, await grads[i]!.data(), wanted);
  }
}

/** The error as a share of what is let through: NaN and infinities must be the same. */
export function share(kind: keyof typeof tolerance, actual: number, wanted: number): number {
  if (Object.is(actual, wanted) || actual === wanted) return 0;
  const [absolute, relative] = tolerance[kind];
  const error = Math.abs(actual - wanted) / (absolute + relative * Math.abs(wanted));
  return Number.isNaN(error) || !Number.isFinite(wanted) ? Infinity : error;
}

function close(kind: keyof typeof tolerance, sample: Sample, actual: ArrayLike<number>, text: string): void {
  const wanted = numbers(text);
  const wrong = wanted.findIndex((w, i) => !(share(kind, actual[i]!, w) <= 1));
  if (actual.length === wanted.length && wrong < 0) return;
  expect.fail(
    `${title(sample)}: ${kind} ${wrong} is ${actual[wrong]}, PyTorch has ${wanted[wrong]}; ` +
      `all: ${Array.from(actual).join(' ')}; PyTorch: ${text}; inputs: ${JSON.stringify(sample.args)}`,
  );
}
