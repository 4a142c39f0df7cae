import { Adadelta, Adafactor, Adagrad, Adam, AdamW, ASGD, device, LBFGS, Linear, Lion, module, Module, ModuleList, Muon, NAdam, Parameter, param, RMSprop, Rprop, ScheduleFreeAdamW, SGD, ShapeError, StateError, tensor, ValueError, withDevice, zeros, type Tensor } from 'decograd'; // prettier-ignore
import { afterAll, describe, expect, it } from 'vitest';

afterAll(async () => void (await device('auto')));

@module
class Net extends Module {
  readonly blocks = new ModuleList([new Linear(2, 2), new Linear(2, 2)]);
  readonly head = new Linear(2, 1);
  @param([2], { group: 'free' }) scale!: Parameter;
}

describe('groups by pattern', () => {
  const names = (groups: object) => new SGD(new Net(), { groups } as object).paramGroups.map((group) => [group.names, group.weightDecay]); // prettier-ignore
  const rest = ['blocks.0.weight', 'blocks.1.weight', 'head.weight'];

  it('of paths, * for one name and ** for any number of them', () => {
    expect(names({ '**.bias': { weightDecay: 0.5 } })).toEqual([
      [['scale', 'blocks.0.weight', 'blocks.1.weight', 'head.weight'], 0],
      [['blocks.0.bias', 'blocks.1.bias', 'head.bias'], 0.5],
    ]);
    expect(names({ 'blocks.*.bias': { weightDecay: 0.5 } })[1]).toEqual([['blocks.0.bias', 'blocks.1.bias'], 0.5]);
    expect(names({ 'head.*': { weightDecay: 0.5 } })[1]).toEqual([['head.weight', 'head.bias'], 0.5]);
    expect(names({ '**scale': { weightDecay: 0.5 } })[0]).toEqual([['scale'], 0.5]);
  });

  it('beside tags, which go first; of several patterns the first that fits', () => {
    expect(names({ '**': { weightDecay: 1 }, free: { weightDecay: 2 } })).toEqual([
      [['scale'], 2],
      [['blocks.0.weight', 'blocks.0.bias', 'blocks.1.weight', 'blocks.1.bias', 'head.weight', 'head.bias'], 1],
    ]);
    const both = names({ 'head.bias': { weightDecay: 1 }, '**.bias': { weightDecay: 2 } });
    expect(both).toContainEqual([['head.bias'], 1]);
    expect(both).toContainEqual([['blocks.0.bias', 'blocks.1.bias'], 2]);
    expect(both).toContainEqual([['scale', ...rest], 0]);
  });

  it('of the names in named pairs too, and a dot is a dot', () => {
    const pairs = ['a.b', 'axb'].map((name) => [name, new Parameter(zeros([1]))] as const);
    const optimizer = new SGD(pairs, { groups: { 'a.b': { lr: 3 } } });
    expect(optimizer.paramGroups.map((group) => [group.names, group.lr])).toEqual([[['a.b'], 3], [['axb'], 1e-3]]); // prettier-ignore
  });

  it('refuses a pattern that fits nothing, and says what there is', () => {
    const attempt = () => new SGD(new Net(), { groups: { '*.gamma': { lr: 1 } } });
    expect(attempt).toThrow(/no parameter has the group '\*\.gamma'; .* pattern of paths, such as '\*\*\.bias'; paths are scale, blocks\.0\.weight/); // prettier-ignore
    expect(attempt).toThrow(ValueError);
  });
});

describe('step with a closure', () => {
  it('computes the loss first, and returns what the closure did', async () => {
    const weight = new Parameter(tensor([3]));
    const optimizer = new SGD([weight], { lr: 0.1 });
    const loss = await optimizer.step(async () => {
      optimizer.zeroGrad();
      await Promise.resolve();
      const value = weight.square().sum() as Tensor;
      value.backward();
      return value;
    });
    expect(await loss.item()).toBe(9);
    expect(await weight.item()).toBeCloseTo(2.4, 6);
  });
});

/** (w0 - 1)^2 + 10 (w1 + 2)^2. */
function bowl(options: object = {}) {
  const weight = new Parameter(tensor([5, 5]));
  const optimizer = new LBFGS([['w', weight]], options);
  const state = { calls: 0 };
  const closure = () => {
    state.calls++;
    optimizer.zeroGrad();
    const loss = weight
      .sub(tensor([1, -2]))
      .square()
      .mul(tensor([1, 10]))
      .sum() as Tensor;
    loss.backward();
    return loss;
  };
  return { weight, optimizer, closure, state };
}

describe('LBFGS', () => {
  it('finds the minimum of a bowl in one step, and returns the first loss', async () => {
    const { weight, optimizer, closure, state } = bowl({ lineSearchFn: 'strong_wolfe' });
    expect(await (await optimizer.step(closure)).item()).toBe(16 + 490);
    const [x, y] = await weight.data();
    expect([x, y]).toEqual([expect.closeTo(1, 4), expect.closeTo(-2, 4)]);
    expect(state.calls).toBeGreaterThan(2);
    expect(optimizer.stateDict().state.w!.numbers!.evaluations).toBe(state.calls);
  });

  it('takes a closure that is asynchronous and returns a number', async () => {
    const [plain, other] = [bowl(), bowl()];
    await plain.optimizer.step(plain.closure);
    const first = await other.optimizer.step(async () => other.closure().item());
    expect(first).toBe(506);
    expect(await other.weight.data()).toEqual(await plain.weight.data());
  });

  it('evaluates no more often than maxEval, and not after the last iteration', async () => {
    const few = bowl({ maxIter: 50, maxEval: 4, lr: 0.01 });
    await few.optimizer.step(few.closure);
    expect(few.state.calls).toBe(4);
    const three = bowl({ maxIter: 3, lr: 0.01 });
    await three.optimizer.step(three.closure);
    expect(three.state.calls).toBe(3);
  });

  it('stands still at a minimum', async () => {
    const { weight, optimizer, closure, state } = bowl();
    weight.assign(tensor([1, -2]));
    await optimizer.step(closure);
    expect([[...(await weight.data())], state.calls]).toEqual([[1, -2], 1]);
  });

  it('leaves parameters and state as they were where the closure throws', async () => {
    const { weight, optimizer, closure, state } = bowl({ maxIter: 5, lr: 0.01 });
    await optimizer.step(closure);
    const before = [[...(await weight.data())], optimizer.stateDict().state.w!.numbers];
    const failing = () => {
      if (state.calls === 7) throw new RangeError('no data');
      return closure();
    };
    await expect(optimizer.step(failing)).rejects.toThrow('no data');
    expect([[...(await weight.data())], optimizer.stateDict().state.w!.numbers]).toEqual(before);
  });

  it('counts a parameter without a gradient as one that does not move, on a device that is not the current one', async () => {
    await device('wasm');
    const [used, unused] = withDevice('reference', () => [new Parameter(tensor([4])), new Parameter(tensor([7]))]) as [Parameter, Parameter]; // prettier-ignore
    const optimizer = new LBFGS([used, unused], { lineSearchFn: 'strong_wolfe' });
    const step = () =>
      optimizer.step(() => {
        optimizer.zeroGrad();
        const loss = used.sub(1).square().sum() as Tensor;
        loss.backward();
        return loss;
      });
    await step();
    await step();
    expect([await used.item(), await unused.item()]).toEqual([expect.closeTo(1, 5), 7]);
    const saved = optimizer.stateDict();
    optimizer.loadStateDict(saved);
    expect(optimizer.stateDict().state['0']!.numbers).toEqual(saved.state['0']!.numbers);
  });

  it.each([
    ['a step without a closure', (o: LBFGS) => o.step(), /LBFGS: step needs a closure, which computes loss and gradients/],
    ['a closure that returns nothing', (o: LBFGS) => o.step(() => undefined), /the closure must return the loss, a scalar or a number, not undefined/],
    ['an option that became wrong', (o: LBFGS) => ((o.paramGroups[0]!.lr = NaN), o.step(() => 1)), /LBFGS: lr must be a finite number/],
  ] as const)('refuses %s', async (_, attempt, message) => {
    await expect(attempt(bowl().optimizer)).rejects.toThrow(message);
    await expect(attempt(bowl().optimizer)).rejects.toThrow(ValueError);
  }); // prettier-ignore
});

describe('ScheduleFreeAdamW', () => {
  const stepped = async () => {
    const weight = new Parameter(tensor([1, -1]));
    const optimizer = new ScheduleFreeAdamW([['w', weight]], { lr: 0.1 });
    const step = async () => {
      optimizer.zeroGrad();
      (weight.square().sum() as Tensor).backward();
      await optimizer.step();
    };
    for (let i = 0; i < 5; i++) await step();
    return { weight, optimizer, step };
  };

  it('refuses to step while the parameters hold averages, which may be asked for twice', async () => {
    const { weight, optimizer, step } = await stepped();
    const training = await weight.data();
    optimizer.eval();
    const averages = await weight.data();
    optimizer.eval();
    expect(await weight.data()).toEqual(averages);
    expect(averages).not.toEqual(training);
    await expect(step()).rejects.toThrow(/hold their averages; call optimizer\.train\(\) before step\(\)/);
    await expect(step()).rejects.toThrow(StateError);
    optimizer.train();
    optimizer.train();
    expect(await weight.data()).toEqual(training);
    await step();
  });

  it('can be saved while they do', async () => {
    const [whole, other] = [await stepped(), await stepped()];
    whole.optimizer.eval();
    const saved = whole.optimizer.stateDict();
    other.weight.assign(tensor(await whole.weight.data()));
    other.optimizer.loadStateDict(saved);
    for (const { optimizer, step } of [whole, other]) {
      optimizer.train();
      await step();
    }
    expect(await other.weight.data()).toEqual(await whole.weight.data());
  });
});

it('Rprop, Lion and their like move by lr alone: 0 moves nothing', async () => {
  const weight = new Parameter(tensor([1, 2]));
  weight.grad = tensor([1, -1]);
  await new Lion([weight], { lr: 0.25 }).step();
  expect([...(await weight.data())]).toEqual([0.75, 2.25]);
  await new Lion([weight], { lr: 0 }).step();
  expect([...(await weight.data())]).toEqual([0.75, 2.25]);
});

it('LAMB and Adafactor take a step of parameters that are 0', async () => {
  const weight = new Parameter(zeros([2, 2]) as Tensor);
  weight.grad = tensor([[1, 2], [3, -4]]); // prettier-ignore
  await new Adafactor([weight], { lr: 0.1 }).step();
  const values = [...(await weight.data())];
  expect(values.every(Number.isFinite)).toBe(true);
  expect(values.map(Math.sign)).toEqual([-1, -1, -1, 1]);
});

describe('refuses', () => {
  const p = () => [new Parameter(zeros([2, 2]))];
  const rows: [string, () => unknown, RegExp, (typeof ValueError | typeof ShapeError)?][] = [
    ['rho above 1', () => new Adadelta(p(), { rho: 1.5 }), /Adadelta: rho must be from 0 to 1, not 1\.5/],
    ['a negative lrDecay', () => new Adagrad(p(), { lrDecay: -1 }), /Adagrad: lrDecay must be a finite number of at least 0, not -1/],
    ['eps NaN', () => new Adagrad(p(), { eps: NaN }), /Adagrad: eps must be/],
    ['lambd infinite', () => new ASGD(p(), { lambd: Infinity }), /ASGD: lambd must be a finite number of at least 0, not Infinity/],
    ['alpha above 1', () => new RMSprop(p(), { alpha: 1.5 }), /RMSprop: alpha must be from 0 to 1, not 1\.5/],
    ['centered 1', () => new RMSprop(p(), { centered: 1 as never }), /RMSprop: centered must be true or false, not 1/],
    ['maximize as a text', () => new SGD(p(), { maximize: 'yes' as never }), /SGD: maximize must be true or false, not "yes"/],
    ['amsgrad null', () => new Adam(p(), { amsgrad: null as never }), /Adam: amsgrad must be true or false, not null/],
    ['dampening NaN', () => new SGD(p(), { dampening: NaN }), /SGD: dampening must be a finite number, not NaN/],
    ['etas that do not grow', () => new Rprop(p(), { etas: [0.5, 0.9] }), /Rprop: etas\[1\] must be a finite number above 1, not 0\.9/],
    ['step sizes turned round', () => new Rprop(p(), { stepSizes: [1, 0.1] }), /stepSizes are the smallest and the largest step, not \[1, 0\.1\]/],
    ['one step size', () => new Rprop(p(), { stepSizes: [1] as never }), /Rprop: stepSizes are two numbers, such as \[0\.000001, 50\], not 1/],
    ['a negative decay of momentum', () => new NAdam(p(), { momentumDecay: -1 }), /NAdam: momentumDecay must be/],
    ['beta2Decay above 0', () => new Adafactor(p(), { beta2Decay: 0.8 }), /Adafactor: beta2Decay must be a finite number of at most 0, not 0\.8/],
    ['d below 1', () => new Adafactor(p(), { d: 0.5 }), /Adafactor: d must be a finite number of at least 1, not 0\.5/],
    ['a negative eps in a pair', () => new Adafactor(p(), { eps: [-1, 0] }), /Adafactor: eps\[0\] must be .* not -1/],
    ['100 iterations', () => new Muon(p(), { nsSteps: 100 }), /Muon: nsSteps must be below 100, not 100/],
    ['an unknown way to adjust', () => new Muon(p(), { adjustLrFn: 'other' as never }), /adjustLrFn must be one of "original", "match_rms_adamw", null, not "other"/],
    ['a vector for Muon', () => new Muon([['b', new Parameter(zeros([2]))]]), /Muon: parameter 'b' is \[2\]; it takes matrices alone/, ShapeError],
    ['beta 0 without a way back', () => new ScheduleFreeAdamW(p(), { betas: [0, 0.9] }), /betas\[0\] must be above 0 and below 1, not 0/],
    ['half a warm-up step', () => new ScheduleFreeAdamW(p(), { warmupSteps: 0.5 }), /warmupSteps must be a whole number of at least 0, not 0\.5/],
    ['maxIter 0', () => new LBFGS(p(), { maxIter: 0 }), /LBFGS: maxIter must be a whole number of at least 1, not 0/],
    ['an unknown line search', () => new LBFGS(p(), { lineSearchFn: 'wolfe' as never }), /lineSearchFn must be one of "strong_wolfe", null, not "wolfe"/],
    ['groups for LBFGS', () => new LBFGS([{ params: p() }, { params: p() }]), /LBFGS: all parameters are one group, not 2/],
    ['weight decay below 0', () => new AdamW(p(), { weightDecay: -0.1 }), /AdamW: weightDecay must be/],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, attempt, message, kind = ValueError) => {
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(kind);
  });
});
