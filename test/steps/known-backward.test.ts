import { Adam, Linear, manualSeed, mseLoss, Parameter, randn, ReLU, Sequential, setDefaultDevice, tensor, type Tensor } from 'decograd'; // prettier-ignore
import { beforeEach, describe, expect, test } from 'vitest';
import { now } from '../../src/graph/recorder';

beforeEach(() => {
  setDefaultDevice('wasm');
  manualSeed(3);
});

/** How many nodes a backward pass records. */
function recordedBy(loss: Tensor, options?: { retainGraph?: boolean }): number {
  const before = now();
  loss.backward(undefined, options);
  return now() - before;
}
const parameter = (...values: number[]): Parameter => new Parameter(tensor(values));
const numbers = async (x: Tensor | null): Promise<number[]> => [...(await x!.data())];

test('once the initial values are there nothing is recorded for it, and the steps are those of a model whose graphs are kept', async () => {
  const make = () => {
    manualSeed(7);
    const model = new Sequential(new Linear(4, 8), new ReLU(), new Linear(8, 2));
    return { model, optimizer: new Adam(model, { lr: 0.1 }) };
  };
  const [one, other] = [make(), make()];
  const counts: number[][] = [];
  for (let i = 0; i < 5; i++) {
    const [x, y] = [randn([16, 4]), randn([16, 2])];
    const steps = [one, other].map(async ({ model, optimizer }) => {
      optimizer.zeroGrad();
      const count = recordedBy(mseLoss(model.forward(x), y), { retainGraph: model === other.model });
      await optimizer.step();
      return count;
    });
    counts.push(await Promise.all(steps));
  }
  expect(counts.slice(2).map(([known]) => known)).toEqual([0, 0, 0]);
  expect(counts.every(([, walked]) => walked > 10)).toBe(true);
  const weights = [one, other].map(({ model }) => Promise.all(model.parameters().map(numbers)));
  const [known, walked] = await Promise.all(weights);
  expect(known).toEqual(walked);
});

describe('what the structure does not tell is looked at every time', () => {
  test('whether there is a gradient already, and whether it was put there', async () => {
    const [a, b] = [parameter(1, 2), parameter(3, 4)];
    const pass = () => recordedBy(a.mul(b).sum());
    const counts = [pass(), pass(), pass()]; // none; one is added to, for the first time; the same again
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBeGreaterThan(0);
    expect(counts[2]).toBe(0);
    expect([await numbers(a.grad), await numbers(b.grad)]).toEqual([[9, 12], [3, 6]]); // prettier-ignore
    const shared = tensor([10, 20]);
    [a.grad, b.grad] = [shared, shared];
    for (let i = 0; i < 2; i++) pass();
    expect([await numbers(a.grad), await numbers(b.grad), await numbers(shared)]).toEqual([[16, 28], [12, 24], [10, 20]]); // prettier-ignore
  });
  test('whether a leaf was frozen since, or before', async () => {
    const [a, b] = [parameter(1, 2), parameter(3, 4)];
    const round = async (freeze: (loss: () => Tensor) => Tensor) => {
      [a.grad, b.grad, a.requiresGrad] = [null, null, true];
      freeze(() => a.mul(b).sum()).backward();
      return [a.grad && (await numbers(a.grad)), await numbers(b.grad)];
    };
    const thawed = (loss: () => Tensor) => loss();
    const before = (loss: () => Tensor) => {
      a.requiresGrad = false;
      return loss();
    };
    const since = (loss: () => Tensor) => {
      const made = loss();
      a.requiresGrad = false;
      return made;
    };
    for (const freeze of [thawed, before, since, thawed, before, since])
      expect(await round(freeze)).toEqual([freeze === thawed ? [3, 4] : null, [1, 2]]);
  });
  test('numbers and data are new ones every time', async () => {
    const a = parameter(1, 2);
    for (const [factor, values] of [
      [2, [1, 1]],
      [3, [5, 6]],
      [4, [7, 8]],
    ] as const) {
      // prettier-ignore
      a.grad = null;
      a.mul(tensor(values)).mul(factor).sum().backward();
      expect(await numbers(a.grad)).toEqual(values.map((value) => value * factor));
    }
  });
});

describe('what is held stays', () => {
  test('a gradient that somebody has seen is not written over', async () => {
    const a = parameter(1, 2);
    const seen: Tensor[] = [];
    for (let i = 1; i <= 4; i++) {
      a.grad = null;
      a.mul(i).sum().backward();
      seen.push(a.grad!);
    }
    expect(await Promise.all(seen.map(numbers))).toEqual([[1, 1], [2, 2], [3, 3], [4, 4]]); // prettier-ignore
  });
  test('the loss and what was kept can be read', async () => {
    const a = parameter(1, 2);
    for (let i = 1; i <= 3; i++) {
      const inner = a.mul(i).keep();
      const loss = inner.square().sum();
      loss.backward();
      expect([await loss.item(), await numbers(inner)]).toEqual([5 * i * i, [i, 2 * i]]);
    }
  });
});

describe('what goes wrong', () => {
  const refused = /walked before/;
  test('walking twice is refused, known or not', () => {
    const a = parameter(1, 2);
    for (let i = 0; i < 3; i++) {
      const loss = a.square().sum();
      loss.backward();
      expect(() => loss.backward()).toThrow(refused);
    }
  });
  test('a pass that fails changes no gradient, and can be made again', async () => {
    const table = parameter(1, 2, 3);
    const look = (index: number[]) =>
      table
        .gather(0, tensor(index, { dtype: 'int32' }).add(0))
        .square()
        .sum();
    for (let i = 0; i < 3; i++) {
      table.grad = null;
      look([2, 1]).backward();
      const wrong = look([1, 9]);
      for (let again = 0; again < 2; again++) expect(() => wrong.backward()).toThrow('index 9 is out of range');
      expect(await numbers(table.grad)).toEqual([0, 4, 6]);
    }
  });
});
