import {
  Adam,
  evaluateSync,
  grad,
  Linear,
  manualSeed,
  mseLoss,
  Parameter,
  randn,
  Sequential,
  SGD,
  Tanh,
  tensor,
  type Tensor,
} from 'decograd';
import { afterEach, describe, expect, test } from 'vitest';
import type { Executable } from '../../src/backend/backend';
import { currentDevice, devicesWaiting, limitNodes } from '../../src/graph/recorder';
import { planCache } from '../../src/plan';
import { StructureCache } from '../../src/plan/cache';
import type { Signature } from '../../src/plan/signature';

/** What is compiled, and how often. */

const read = (t: Tensor) => [...t.dataSync()];
/** How many plans `fn` makes. */
function plans(fn: () => void): number {
  const before = planCache(currentDevice()).size;
  fn();
  return planCache(currentDevice()).size - before;
}

/** A model and its steps, each with `count` micro-batches. */
function training(options: { size: number }) {
  manualSeed(1);
  const model = new Sequential(new Linear(3, options.size), new Tanh(), new Linear(options.size, 2));
  const optimizer = new Adam(model, { lr: 0.01 });
  const step = (count = 1, between: (loss: Tensor) => unknown = () => undefined) => {
    optimizer.zeroGrad();
    for (let i = 0; i < count; i++) {
      const loss = mseLoss(model.forward(randn([4, 3]) as Tensor) as Tensor, randn([4, 2]) as Tensor);
      loss.backward();
      between(loss);
    }
    void optimizer.step();
  };
  return { model, optimizer, step };
}

describe('a loop that trains compiles nothing more', () => {
  test('from its third step on', () => {
    const { step } = training({ size: 5 });
    step();
    step();
    expect(plans(() => [1, 2, 3, 4].forEach(() => step()))).toBe(0);
  });
  test('when the learning rate changes', () => {
    const { optimizer, step } = training({ size: 6 });
    step();
    step();
    const made = plans(() => {
      for (let i = 0; i < 5; i++) {
        optimizer.paramGroups[0].lr /= 2;
        step();
      }
    });
    expect(made).toBe(0);
  });
  test('when two numbers of the optimizer become equal by chance, as bias corrections do that reach 1', () => {
    manualSeed(1);
    const model = new Linear(3, 2);
    const optimizer = new Adam(model, { lr: 1, betas: [1e-3, 1e-4] });
    const step = () => {
      optimizer.zeroGrad();
      mseLoss(model.forward(randn([4, 3]) as Tensor), randn([4, 2]) as Tensor).backward();
      void optimizer.step();
    };
    step();
    step();
    expect(plans(() => Array.from({ length: 10 }, step))).toBe(0);
  });
  test('when its accumulation windows are 4, 4 and 3 long', () => {
    const { step } = training({ size: 7 });
    step(2);
    step(2);
    expect(plans(() => [4, 4, 3, 1].forEach((count) => step(count)))).toBe(0);
  });
  test('when the loss is read between backward and step', () => {
    const { step } = training({ size: 8 });
    step();
    step();
    expect(plans(() => [1, 2, 3].forEach(() => step(1, (loss) => loss.itemSync())))).toBe(0);
  });
});

describe('recordings that look alike are told apart', () => {
  const x = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]); // prettier-ignore
  test.each([
    ['slices', (t: Tensor) => t.slice(0, 0, 2), (t: Tensor) => t.slice(0, 1, 3)],
    ['sums', (t: Tensor) => t.sum(0), (t: Tensor) => t.sum(1)],
    ['pads', (t: Tensor) => t.pad([1, 0]), (t: Tensor) => t.pad([0, 1])],
    ['permutations', (t: Tensor) => t.transpose(), (t: Tensor) => t.flip(0).flip(0)],
    ['fills', (t: Tensor) => t.pad([1, 0], 5), (t: Tensor) => t.pad([1, 0], 6)],
  ])('%s with another attribute', (_, first, second) => {
    const alone = [read(first(x)), read(second(x))];
    expect(alone[0]).not.toEqual(alone[1]);
    expect([read(first(x)), read(second(x))]).toEqual(alone);
  });
  test('the same operations on swapped operands', () => {
    const [a, b] = [() => x.mul(2), () => x.add(1)];
    const difference = (turned: boolean) => {
      const [p, q] = [a(), b()];
      return turned ? q.sub(p) : p.sub(q);
    };
    const once = read(difference(false));
    expect(read(difference(true))).toEqual(once.map((v) => -v || 0).map((v) => expect.closeTo(v, 6)));
    expect(read(difference(false))).toEqual(once);
  });
});

/** An executable with a name, for plans that are never run. */
const named = (name: string): Executable => ({ run: () => void name });

/** A signature, behind which lies what an earlier one has left. */
const written = (...words: number[]): Signature => ({ words: Int32Array.of(...words, 7), length: words.length });

describe('the cache of plans', () => {
  test('compares exactly where hashes collide', () => {
    const prime = 0x01000193;
    const seed = 0x811c9dc5;
    const [a, b, c] = [7, 8, 9];
    // words whose hash is the same: the second makes up for the first
    const d = Math.imul(seed ^ a, prime) ^ b ^ Math.imul(seed ^ c, prime);
    const [first, second] = [written(a, b), written(c, d)];
    const cache = new StructureCache<Executable>();
    const [one, two] = [named('one'), named('two')];
    for (let i = 0; i < 3; i++) {
      expect(cache.find(first, () => one)).toBe(one);
      expect(cache.find(second, () => two)).toBe(two);
    }
    expect(cache.size).toBe(2);
  });
  test('forgets what was not used for longest, and only that', () => {
    const cache = new StructureCache<Executable>(3);
    let made = 0;
    const use = (word: number) => void cache.find(written(word), () => named(`${made++}`));
    for (const word of [1, 2, 3, 1, 4, 1, 3, 4]) use(word); // 4 displaces 2
    expect([made, cache.size]).toEqual([4, 3]);
    use(2); // displaces 1
    for (const word of [3, 4, 2]) use(word);
    expect([made, cache.size]).toEqual([5, 3]);
  });
  test('keeps nothing of a plan that could not be made', () => {
    const cache = new StructureCache<Executable>();
    const fail = () => {
      throw new RangeError('no memory');
    };
    expect(() => cache.find(written(1), fail)).toThrow('no memory');
    expect(cache.size).toBe(0);
    expect(cache.find(written(1), () => named('later'))).toBeDefined();
  });
});

describe('an evaluation that nobody asked for', () => {
  const usual = limitNodes(20_000);
  afterEach(() => void limitNodes(usual));

  test('comes when too many nodes wait, and keeps all of them', async () => {
    limitNodes(10);
    const w = new Parameter(tensor([1])) as Tensor & Parameter;
    const list = [w.mul(2)];
    for (let i = 0; i < 40; i++) list.push(list.at(-1)!.add(1));
    limitNodes(usual);
    w.sum().backward();
    await new SGD([w], { lr: 1 }).step();
    expect(list.slice(0, 33).map(read)).toEqual(list.slice(0, 33).map((_, i) => [2 + i]));
  });
  test('never comes inside backward, grad or assign', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const loss = x.tanh().exp().tanh().sum();
    evaluateSync([loss]);
    limitNodes(0);
    const made = plans(() => loss.backward(undefined, { retainGraph: true }));
    expect(made).toBe(1); // one for all of it
    expect(devicesWaiting()).toEqual([]);
    expect(plans(() => grad(loss, [x]))).toBe(1);
  });
});
