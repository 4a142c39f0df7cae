import { Buffer, LBFGS, Parameter, SGD, tensor } from 'decograd';
import { describe, expect, it } from 'vitest';
import { cases, problem, titleOf } from './problem';

describe('state that is saved in the middle and loaded goes on bit for bit', () => {
  it.each(cases.map((one) => [titleOf(one), one] as const))('%s', async (_, one) => {
    const whole = problem(one);
    for (let t = 0; t < 7; t++) await whole.step();
    const [saved, values] = [whole.optimizer.stateDict(), await whole.read()];
    for (let t = 0; t < 5; t++) await whole.step();

    const resumed = problem(one, values);
    resumed.optimizer.loadStateDict(saved);
    for (let t = 0; t < 5; t++) await resumed.step();
    expect(await resumed.read()).toEqual(await whole.read());
    expect(numbersOf(resumed.optimizer)).toEqual(numbersOf(whole.optimizer));
    const paths = one.name === 'Muon' ? ['w', 'v'] : ['w', 'b', 'v'];
    expect(Object.keys(saved.state)).toEqual(paths);
  });
});

const numbersOf = (optimizer: ReturnType<typeof problem>['optimizer']) =>
  Object.entries(optimizer.stateDict().state).map(([path, { step, numbers, slots }]) => [
    path,
    step,
    numbers,
    Object.entries(slots).map(([name, value]) => [name, [...value.dataSync()]]),
  ]);

describe("LBFGS's state", () => {
  const one = cases.find(({ name, options }) => name === 'LBFGS' && options.history_size === 5)!;

  it('has the history of each parameter under its path', async () => {
    const { optimizer, step } = problem(one);
    for (let t = 0; t < 4; t++) await step();
    const { state } = optimizer.stateDict();
    expect(Object.keys(state.b!.slots).sort()).toEqual(
      ['change.0', 'change.1', 'change.2', 'direction', 'gradient', 'step.0', 'step.1', 'step.2'].sort(),
    );
    for (const value of Object.values(state.w!.slots)) expect(value.shape).toEqual([3, 4]);
    expect(state.v!.numbers).toMatchObject({ iterations: 4, pairs: 3 });
  });

  it('does not depend on the order of parameters', async () => {
    const whole = problem(one);
    for (let t = 0; t < 4; t++) await whole.step();
    const turned = new LBFGS([...whole.named].reverse(), { lineSearchFn: 'strong_wolfe' });
    turned.loadStateDict(whole.optimizer.stateDict());
    const [before, after] = [whole.optimizer.stateDict().state, turned.stateDict().state];
    for (const path of ['w', 'b', 'v']) {
      expect(after[path]!.numbers).toEqual(before[path]!.numbers);
      for (const [name, value] of Object.entries(before[path]!.slots))
        expect([...after[path]!.slots[name]!.dataSync()]).toEqual([...value.dataSync()]);
    }
  });
});

it('refuses state whose sizes are not those that an optimizer keeps, such as the rows of Adafactor', async () => {
  const one = cases.find(({ name }) => name === 'Adafactor')!;
  const [{ optimizer, step }, other] = [problem(one), problem(one)];
  await step();
  const saved = optimizer.stateDict();
  const slots = { ...saved.state.w!.slots, row: new Buffer(tensor([1, 2, 3, 4])) };
  const changed = { ...saved, state: { ...saved.state, w: { ...saved.state.w!, slots } } };
  expect(() => other.optimizer.loadStateDict(changed)).toThrow(/w: row is \[4\], the parameter \[3, 4\]; nothing/);
  expect(other.optimizer.stateDict().state).toEqual({});
  other.optimizer.loadStateDict(saved);
  expect(Object.keys(other.optimizer.stateDict().state)).toEqual(['w', 'b', 'v']);
});

it('keeps its step count where a parameter has no gradient', async () => {
  const [used, unused] = [new Parameter(tensor([1])), new Parameter(tensor([1]))];
  const optimizer = new SGD([used, unused], { lr: 0.1, momentum: 0.9 });
  used.square().sum().backward();
  await optimizer.step();
  expect(Object.keys(optimizer.stateDict().state)).toEqual(['0']);
});
