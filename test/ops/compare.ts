import { tensor, type Tensor } from 'decograd';
import { argumentsOf, call, leaf, numbers, tensorsOf, title, type Sample } from './fixtures';

/** How far a value and a gradient may be from PyTorch's: absolute, and relative to it. */
const tolerance = { value: [1e-6, 1e-5], gradient: [1e-6, 1e-4] } as const;

/**
 * Runs the case on the current device; what is not PyTorch's of its shape, dtype, value and gradients, or null.
 * @param recorded told of the result before it is computed
 */
export async function mismatch(sample: Sample, recorded?: (out: Tensor) => void): Promise<string | null> {
  const leaves = tensorsOf(sample).map(leaf);
  const out = call(sample.op, argumentsOf(sample, leaves)).keep();
  recorded?.(out);
  const form = (x: { shape: readonly number[]; dtype: string }): string => `${x.dtype} [${x.shape.join(', ')}]`;
  if (form(out) !== form(sample.out)) return `${title(sample)} is ${form(out)}, PyTorch has ${form(sample.out)}`;
  if (out.requiresGrad !== (sample.upstream !== undefined)) return `${title(sample)}: requiresGrad ${out.requiresGrad}`;
  if (sample.upstream !== undefined) out.backward(tensor(numbers(sample.upstream), { shape: out.shape }));
  let wrong = far('value', sample, await out.data(), sample.out.values);
  const grads = leaves.filter((x) => x.dtype === 'float32').map((x) => x.grad);
  for (const [i, wanted] of (sample.grads ?? []).entries()) {
    if (grads[i] === null) return `${title(sample)}: there is no gradient`;
    wrong ??= far('gradient', sample, await grads[i]!.data(), wanted);
  }
  return wrong;
}

/** The error as a share of what is let through: NaN and infinities must be the same. */
export function share(kind: keyof typeof tolerance, actual: number, wanted: number): number {
  if (Object.is(actual, wanted) || actual === wanted) return 0;
  const [absolute, relative] = tolerance[kind];
  const error = Math.abs(actual - wanted) / (absolute + relative * Math.abs(wanted));
  return Number.isNaN(error) || !Number.isFinite(wanted) ? Infinity : error;
}

function far(kind: keyof typeof tolerance, sample: Sample, actual: ArrayLike<number>, text: string): string | null {
  const wanted = numbers(text);
  const wrong = wanted.findIndex((w, i) => !(share(kind, actual[i]!, w) <= 1));
  if (actual.length === wanted.length && wrong < 0) return null;
  return (
    `${title(sample)}: ${kind} ${wrong} is ${actual[wrong]}, PyTorch has ${wanted[wrong]}; ` +
    `all: ${Array.from(actual).join(' ')}; PyTorch: ${text}; inputs: ${JSON.stringify(sample.args)}`
  );
}
