import { Adam, FirstOrderOptimizer, Parameter, SGD, setDefaultDevice, tensor, type Slots, type Tensor } from 'decograd'; // prettier-ignore
import { beforeEach, describe, expect, it } from 'vitest';
import type { Executable } from '../../src/backend/backend';
import { now } from '../../src/graph/recorder';
import { cases, exported, problem, titleOf } from './problem';

/** Updates like the last one are made again without recording them; whatever else changes, the values are the same. */

beforeEach(() => setDefaultDevice('wasm'));

/** How many nodes `fn` records. */
async function recordedBy(fn: () => Promise<unknown>): Promise<number> {
  const before = now();
  await fn();
  return now() - before;
}

/** Something that waits to be computed: an update beside it is recorded. */
const waiting = (): Tensor => tensor([1, 2]).mul(3);

const parameter = (...values: number[]): Parameter => new Parameter(tensor(values));
const read = (t: Tensor): number[] => [...t.dataSync()];

/** Their steps hold sums or products of whole parameters, which no formula is. */
const recordedAlways = ['Adafactor', 'LAMB', 'Muon'];

describe('an update that is known gives the bits of one that is recorded', () => {
  const named = cases.filter(({ name }) => name !== 'LBFGS');
  it.each(named.map((one) => [titleOf(one), one] as const))('%s', async (_, one) => {
    const [known, recorded] = [problem(one), problem(one)];
    const counts: number[] = [];
    for (let t = 0; t < 8; t++) {
      for (const { optimizer } of [known, recorded]) if (t > 4) optimizer.paramGroups[0]!.lr *= 0.7;
      known.closure();
      counts.push(await recordedBy(() => known.optimizer.step() as Promise<void>));
      recorded.closure();
      const beside = waiting();
      await recorded.optimizer.step();
      expect(read(beside)).toEqual([3, 6]);
    }
    expect(await known.read()).toEqual(await recorded.read());
    const last = counts.slice(3);
    if (recordedAlways.includes(one.name)) expect(Math.min(...last)).toBeGreaterThan(0);
    else expect(last).toEqual([0, 0, 0, 0, 0]);
  });
  it('names optimizers that there are', () => {
    expect(Object.keys(exported)).toEqual(expect.arrayContaining(recordedAlways));
  });
});

/** Two parameters whose gradients are put there, beside a twin whose updates are recorded. */
function twins(make: (parameters: Parameter[]) => FirstOrderOptimizer<any>) {
  const sides = [0, 1].map(() => {
    const parameters = [parameter(1, 2, 3), parameter(4, 5, 6)];
    return { parameters, optimizer: make(parameters) };
  });
  const step = async (change?: (side: (typeof sides)[number]) => void): Promise<number> => {
    let count = 0;
    for (const [i, side] of sides.entries()) {
      side.parameters.forEach((p, j) => (p.grad = tensor([0.5 + j, -1, 2])));
      change?.(side);
      const beside = i === 1 ? waiting() : undefined;
      const nodes = await recordedBy(() => side.optimizer.step());
      if (beside === undefined) count = nodes;
    }
    const [known, recorded] = sides.map(({ parameters }) => parameters.map(read));
    expect(known).toEqual(recorded);
    return count;
  };
  return { step, sides };
}

describe('what may change from step to step is looked at every time', () => {
  const adam = (parameters: Parameter[]) => new Adam(parameters, { lr: 0.1 });
  const settled = async (make: (parameters: Parameter[]) => FirstOrderOptimizer<any> = adam) => {
    const pair = twins(make);
    for (let t = 0; t < 3; t++) await pair.step();
    expect(await pair.step()).toBe(0);
    return pair;
  };
  /** The change is recorded, and what follows, like it, is known soon. */
  const changes: Record<string, (side: { parameters: Parameter[]; optimizer: FirstOrderOptimizer<any> }) => void> = {
    'a parameter without gradient': ({ parameters }) => (parameters[0]!.grad = null),
    'a frozen parameter': ({ parameters }) => (parameters[1]!.requiresGrad = false),
    'an option that changes the formulas': ({ optimizer }) => (optimizer.paramGroups[0]!.weightDecay = 0.1),
    climbing: ({ optimizer }) => (optimizer.paramGroups[0]!.maximize = true),
  };
  it.each(Object.entries(changes))('%s', async (_, change) => {
    const { step } = await settled();
    const counts = [await step(change), await step(change), await step(change)];
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[2]).toBe(0);
  });
  it('a gradient that waits to be computed, is the other one’s too, or the parameter itself', async () => {
    const { step } = await settled();
    const gradients: ((parameters: Parameter[]) => Tensor)[] = [
      () => tensor([1, 2, 3]).mul(0.5),
      ([, other]) => other!.grad!,
      ([own]) => own!,
      ([, other]) => other!,
    ];
    for (const gradient of gradients) {
      const odd = ({ parameters }: { parameters: Parameter[] }) => (parameters[0]!.grad = gradient(parameters));
      for (let t = 0; t < 2; t++) expect(await step(odd)).toBeGreaterThan(0);
      expect(await step()).toBeGreaterThanOrEqual(0);
    }
  });
  it('a parameter with a new value, or one that waits', async () => {
    const { step } = await settled();
    await step(({ parameters }) => parameters[0]!.assign(tensor([7, 8, 9])));
    await step(({ parameters }) => void read(parameters[1]!.assign(tensor([1, 1, 1]))));
    await step();
    expect(await step()).toBe(0);
  });
  it('momentum that is switched on and off', async () => {
    const { step } = await settled((parameters) => new SGD(parameters, { lr: 0.1 }));
    const momentum = (value: number) => (side: { optimizer: FirstOrderOptimizer<any> }) => void (side.optimizer.paramGroups[0]!.momentum = value); // prettier-ignore
    expect(await step(momentum(0.9))).toBeGreaterThan(0);
    for (let t = 0; t < 3; t++) await step();
    expect(await step()).toBe(0);
    expect(await step(momentum(0))).toBeGreaterThan(0);
  });
  it('the device, which need not be the current one', async () => {
    const { step, sides } = await settled((parameters) => new SGD(parameters, { lr: 0.1, momentum: 0.9 }));
    const recorded = ({ parameters }: { parameters: Parameter[] }) =>
      parameters.forEach((p, j) => (p.grad = tensor([0.5 + j, -1, 2]).to('reference')));
    for (const { parameters } of sides) for (const p of parameters) p.moveTo('reference');
    expect(await step(recorded)).toBeGreaterThan(0);
    for (let t = 0; t < 2; t++) await step(recorded);
    expect(await step(recorded)).toBe(0);
    for (const { optimizer } of sides) optimizer.paramGroups[0]!.momentum = 0;
    expect(await step(recorded)).toBeGreaterThan(0);
    for (const { optimizer } of sides) {
      optimizer.loadStateDict({ ...optimizer.stateDict(), state: {} });
      optimizer.paramGroups[0]!.momentum = 0.5;
    }
    for (let t = 0; t < 4; t++) await step(recorded);
  });
  it('state that was loaded', async () => {
    const { step, sides } = await settled();
    const saved = sides.map(({ optimizer }) => optimizer.stateDict());
    for (let t = 0; t < 2; t++) await step();
    sides.forEach(({ optimizer }, i) => optimizer.loadStateDict(saved[i]!));
    for (let t = 0; t < 3; t++) await step();
    expect(await step()).toBe(0);
  });
  it('steps that were shared and are no longer', async () => {
    const { step, sides } = await settled();
    for (const { optimizer } of sides) {
      const saved = optimizer.stateDict();
      optimizer.loadStateDict({ ...saved, state: { ...saved.state, 0: { ...saved.state[0]!, step: 100 } } });
      read(waiting()); // computes the copies too
    }
    await step();
    await step();
    await step();
    expect(await step()).toBe(0);
  });
  it('state that is given to another tensor than before', async () => {
    class Crossing extends Adam {
      crosses = false;
      protected override apply(...args: Parameters<Adam['apply']>) {
        const next = super.apply(...args);
        const { mean, square } = next.state;
        return { value: next.value, state: this.crosses ? { square: mean!, mean: square! } : { mean: mean!, square: square! } }; // prettier-ignore
      }
    }
    const { step, sides } = await settled((parameters) => new Crossing(parameters, { lr: 0.1 }));
    for (const { optimizer } of sides) (optimizer as Crossing).crosses = true;
    expect(await step()).toBeGreaterThan(0);
    await step();
    expect(await step()).toBe(0);
  });
  it('two groups whose numbers were equal and are no longer', async () => {
    const grouped = ([a, b]: Parameter[]) =>
      new Adam([{ params: [a!], lr: 0.1 }, { params: [b!], lr: 0.1 }]) as FirstOrderOptimizer<any>; // prettier-ignore
    const { step, sides } = await settled(grouped);
    for (const { optimizer } of sides) optimizer.paramGroups[1]!.lr = 0.3;
    expect(await step()).toBe(0);
  });
  it('parameters of one group that are some steps apart', async () => {
    const { step } = await settled();
    for (let t = 0; t < 2; t++) await step(changes['a parameter without gradient']);
    for (let t = 0; t < 3; t++) await step();
    expect(await step()).toBe(0);
  });
});

describe('what is held stays', () => {
  it('a value that was kept, and a gradient that was seen', async () => {
    const [p, kept] = [parameter(1, 2), [] as Tensor[]];
    const optimizer = new SGD([p], { lr: 1 });
    for (let t = 0; t < 5; t++) {
      optimizer.zeroGrad();
      kept.push(p.mul(1).keep());
      p.mul(tensor([1, 2]))
        .sum()
        .backward();
      const before = p.keep().mul(1);
      await optimizer.step();
      expect([read(before), read(p.grad!)]).toEqual([[1 - t, 2 - 2 * t], [1, 2]]); // prettier-ignore
    }
    expect(kept.map(read)).toEqual([[1, 2], [0, 0], [-1, -2], [-2, -4], [-3, -6]]); // prettier-ignore
  });
  it('backward through what was made of the value before is refused', async () => {
    const p = parameter(1, 2);
    const optimizer = new SGD([p], { lr: 1 });
    for (let t = 0; t < 4; t++) {
      const old = p.square().sum();
      optimizer.zeroGrad();
      p.sum().backward();
      await optimizer.step();
      expect(() => old.backward()).toThrow('before it changed');
    }
  });
});

describe('what goes wrong', () => {
  it('a program that fails changes nothing, and the step can be made again', async () => {
    const p = parameter(1, 2);
    const optimizer = new Adam([p], { lr: 0.1 });
    const step = () => {
      p.grad = tensor([1, -1]);
      return optimizer.step();
    };
    for (let t = 0; t < 3; t++) await step();
    const before = read(p);
    const { known } = optimizer as unknown as { known: { program: { executable: Executable } } };
    const { executable } = known.program;
    const run = executable.run.bind(executable);
    executable.run = () => {
      throw new RangeError('deliberate');
    };
    await expect(step()).rejects.toThrow('deliberate');
    executable.run = run;
    expect([read(p), p.requiresGrad]).toEqual([before, true]);
    expect(await recordedBy(step)).toBe(0);
    expect(read(p)).toEqual([expect.closeTo(before[0]! - 0.1, 6), expect.closeTo(before[1]! + 0.1, 6)]);
    expect(Object.values(optimizer.stateDict().state)[0]!.step).toBe(4);
  });
  it('a rule that throws does so once it is recorded; one of tensor operations runs once a step', async () => {
    let runs = 0;
    class Plain extends FirstOrderOptimizer {
      get name() {
        return 'Plain';
      }
      protected get defaults() {
        return { lr: 0.1 };
      }
      protected get limits() {
        return {};
      }
      protected init(): Slots {
        return {};
      }
      protected apply(p: Tensor, g: Tensor, _: Slots, { lr }: { lr: number }) {
        runs++;
        return { value: p.sub(g.mul(lr)), state: {} };
      }
    }
    const p = parameter(1, 2);
    const optimizer = new Plain([p]);
    for (let t = 0; t < 4; t++) {
      p.grad = tensor([1, 1]);
      expect(await recordedBy(() => optimizer.step())).toBeGreaterThan(0);
    }
    expect([runs, read(p)]).toEqual([4, [expect.closeTo(0.6, 5), expect.closeTo(1.6, 5)]]);
    class Failing extends Adam {
      fails = false;
      protected override apply(...args: Parameters<Adam['apply']>) {
        const next = super.apply(...args);
        if (this.fails) throw new RangeError('deliberate');
        return next;
      }
    }
    const failing = new Failing([p], { lr: 0.1 });
    for (let t = 0; t < 3; t++) await failing.step();
    const before = read(p);
    failing.fails = true;
    await expect(failing.step()).rejects.toThrow('deliberate');
    failing.fails = false;
    expect(read(p)).toEqual(before);
    expect(await recordedBy(() => failing.step())).toBe(0);
  });
});
