import { beforeAll, describe, expect, it } from 'vitest';
import { device, gradCheck, tensor, withDevice, type Tensor } from 'decograd';
import { share } from '../ops/compare';
import { devices } from '../ops/devices';
import { isListed, leaf, numbers, torchVersion } from '../ops/fixtures';
import { cases, classNameOf, classNames, classOf, functionOf, inputsOf, lossNames, optionsOf, title, torch, type Case } from './cases'; // prettier-ignore

/** The first number that is not PyTorch's, or null. */
function far(kind: 'value' | 'gradient', what: string, actual: ArrayLike<number>, text: string): string | null {
  const wanted = numbers(text);
  const wrong = wanted.findIndex((w, i) => !(share(kind, actual[i]!, w) <= 1));
  if (actual.length === wanted.length && wrong < 0) return null;
  return `${what}: element ${wrong} is ${actual[wrong]}, PyTorch has ${wanted[wrong]}; all: ${Array.from(actual).join(' ')}; PyTorch: ${text}`;
}

async function mismatch(sample: Case): Promise<string | null> {
  const inputs = inputsOf(sample);
  const out = functionOf(sample.loss)(...inputs, optionsOf(sample)).keep();
  expect([out.dtype, out.shape]).toEqual(['float32', sample.out.shape]);
  out.backward(tensor(numbers(sample.upstream), { shape: out.shape }));
  let wrong = far('value', 'value', await out.data(), sample.out.values);
  for (const [i, wanted] of sample.grads.entries()) {
    if (wanted === null) continue;
    wrong ??= far('gradient', `gradient of input ${i}`, await (inputs[i] as Tensor).grad!.data(), wanted);
  }
  return wrong;
}

describe.each(devices)('values and gradients are those of PyTorch on %s', (name) => {
  beforeAll(async () => void (await device(name)));
  cases.forEach((sample, i) => it(`${i} ${title(sample)}`, async () => expect(await mismatch(sample)).toBeNull()));
});

describe('gradients are those of central differences in double precision', () => {
  const isSmooth = ({ edge, out, grads }: Case) =>
    edge === undefined && !out.values.includes('NaN') && grads.some((g) => g !== null && g !== '');
  cases.filter(isSmooth).forEach((sample) =>
    it(title(sample), () => {
      // the gradient of CTC is the one by logits
      const logits = (x: Tensor) => (sample.loss === 'ctcLoss' ? x.logSoftmax(-1) : x);
      const given = withDevice('reference', () => sample.inputs.map((x) => (isListed(x) ? leaf(x) : x)));
      const moving = given.filter((_, i) => sample.grads[i] !== null) as Tensor[];
      const weighted = (...moved: Tensor[]): Tensor => {
        let next = 0;
        const inputs = given.map((x, i) =>
          sample.grads[i] !== null ? logits(moved[next++]!) : isListed(sample.inputs[i]) ? leaf(sample.inputs[i]) : x,
        );
        const out = functionOf(sample.loss)(...inputs, optionsOf(sample));
        return out.mul(tensor(numbers(sample.upstream), { shape: out.shape }));
      };
      expect(gradCheck(weighted, moving)).toBeLessThanOrEqual(1e-6);
    }),
  );
});

describe('every loss', () => {
  it('was asked of the PyTorch that the operations were asked of', () => expect(torch).toBe(torchVersion));

  it('that PyTorch has is a function and a class, and there are no others', () => {
    expect(lossNames).toHaveLength(21);
    expect(lossNames.map(classNameOf).sort()).toEqual([...classNames].sort());
  });

  it.each(lossNames)('%s has cases: each reduction, edges, options', (loss) => {
    const own = cases.filter((sample) => sample.loss === loss);
    const reductions = own.map(({ options }) => (options.reduction as string | undefined) ?? 'default');
    expect(new Set(reductions)).toEqual(new Set([...reductions, 'mean', 'sum', 'none']));
    expect(own.filter(({ edge }) => !edge).length).toBeGreaterThanOrEqual(6);
  });

  it('of every case is one that there is', () => {
    expect([...new Set(cases.map(({ loss }) => loss))].sort()).toEqual([...lossNames].sort());
  });

  it.each(lossNames)('%s as a class gives what the function gives', async (loss) => {
    await device('reference');
    // PyTorch's classes take no weight where errors are not of classes or probabilities
    const unweighted = ['l1Loss', 'mseLoss', 'huberLoss'].includes(loss);
    const own = cases.filter((s) => s.loss === loss && !(unweighted && 'weight' in s.options));
    for (const sample of own) {
      const [a, b] = [
        functionOf(loss),
        (...args: unknown[]) => new (classOf(loss))(args.pop() as object).forward(...args),
      ];
      const [wanted, found] = [a, b].map((fn) => fn(...inputsOf(sample), optionsOf(sample)));
      expect([found!.shape, found!.dataSync()], title(sample)).toEqual([wanted!.shape, wanted!.dataSync()]);
    }
  });
});
