import { device, explain, Parameter, tensor, zeros, type Tensor } from 'decograd';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentDevice } from '../../src/graph/recorder';
import { planCache } from '../../src/plan';
import { exported, problem, cases, titleOf } from './problem';

beforeAll(async () => void (await device('wasm')));

const plans = (): number => planCache(currentDevice()).size;
/** Those that update each element by itself; the others need sums or products of the whole parameter. */
const elementwise = Object.keys(exported).filter((name) => !['Adafactor', 'LAMB', 'LBFGS', 'Muon'].includes(name));

describe('training compiles nothing more after its third step, whatever the learning rate', () => {
  it.each(cases.map((one) => [titleOf(one), one] as const))('%s', async (_, one) => {
    const { optimizer, step } = problem(one);
    for (let t = 0; t < 3; t++) await step();
    const before = plans();
    // RAdam goes over to its other kind of step here, and LBFGS's history grows
    for (let t = 0; t < 8; t++) {
      optimizer.paramGroups[0]!.lr *= 0.9;
      await step();
    }
    expect(plans() - before).toBe(0);
  });
});

describe('the update of all parameters is one kernel', () => {
  it.each(elementwise)('%s', async (name) => {
    const parameters = [[20, 30], [20], [2, 20], [3]].map((shape) => new Parameter(zeros(shape) as Tensor));
    const named = parameters.map((p, i) => [`${i}`, p] as [string, Parameter]);
    const optimizer = new exported[name]!(named, {});
    const step = () => {
      for (const p of parameters) p.grad = tensor(new Float32Array(p.size).fill(0.5), { shape: p.shape });
      void optimizer.step();
    };
    step();
    const { kernels } = await explain(step, { runs: 2 });
    expect(kernels).toMatchObject([{ kind: 'group', shape: [600 + 20 + 40 + 3], calls: 1 }]);
  });
});

describe('an average of gradients that have stopped is never denormal', () => {
  const betas = { betas: [0.5, 0.5] };
  /** Options with which averages halve: they go through the denormal numbers between some step 120 and 150. */
  const halving: Record<string, object> = {
    SGD: { momentum: 0.5 },
    RMSprop: { alpha: 0.5, momentum: 0.5, centered: true },
    Adadelta: { rho: 0.5 },
    Muon: { momentum: 0.5 },
    ...Object.fromEntries(
      ['Adam', 'AdamW', 'Adamax', 'NAdam', 'RAdam', 'Lion', 'LAMB', 'ScheduleFreeAdamW'].map((name) => [name, betas]),
    ),
  };
  const isNormal = (value: number) => value === 0 || Math.abs(value) >= 2 ** -126;

  it('is so of all optimizers with averages that can end', () => {
    // sums, step sizes and Adafactor's averages, which forget ever more slowly, do not come near
    const others = ['ASGD', 'Adagrad', 'Adafactor', 'Rprop', 'LBFGS'];
    expect([...Object.keys(halving), ...others].sort()).toEqual(Object.keys(exported).sort());
  });

  it.each(Object.entries(halving))('%s', async (name, options) => {
    const weight = new Parameter(zeros([3, 2]) as Tensor);
    const optimizer = new exported[name]!([['w', weight]], options);
    for (let t = 0; t < 160; t++) {
      weight.grad = tensor(new Float32Array(6).fill(t < 3 ? 0.1 : 0), { shape: [3, 2] });
      await optimizer.step();
      if (t < 60) continue;
      for (const slot of Object.values(optimizer.stateDict().state.w!.slots))
        expect([...(await slot.data())].filter((value) => !isNormal(value as number))).toEqual([]);
    }
  });
});
