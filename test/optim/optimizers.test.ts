import { describe, expect, it } from 'vitest';
import { Adam, AdamW, mseLoss, type Optimizer, Parameter, SGD, tensor, type Tensor } from 'decograd';
import * as library from 'decograd';
import fixtures from '../fixtures/training.json';

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const options = (given: object) =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value as unknown]));
const make = ({ shape, values }: { shape: number[]; values: number[] }) => tensor(new Float32Array(values), { shape });
const classes = { SGD, Adam, AdamW } as Record<string, new (p: Parameter[], o: object) => Optimizer>;

function closest(actual: ArrayLike<number>, wanted: readonly number[], tolerance = 1e-5): number {
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(actual[i]! - wanted[i]!));
  expect(worst).toBeLessThanOrEqual(tolerance);
  return worst;
}

describe('ten steps are those of PyTorch', () => {
  for (const sample of fixtures.optimizers)
    it(`${sample.name} ${JSON.stringify(sample.options)}`, async () => {
      const [weight, bias] = sample.start.map((start) => new Parameter(make(start))) as [Parameter, Parameter];
      const [x, y] = [make(sample.x), make(sample.y)];
      const optimizer = new classes[sample.name]!([weight, bias], options(sample.options));
      for (const [w, b] of sample.steps as [number[], number[]][]) {
        optimizer.zeroGrad();
        mseLoss(x.matmul(weight).add(bias).tanh(), y).backward();
        await optimizer.step();
        closest(await weight.data(), w);
        closest(await bias.data(), b);
      }
    });
});

describe('state', () => {
  const problem = () => {
    const named = [
      ['w', new Parameter(tensor([1, 2, 3]))],
      ['b', new Parameter(tensor([0.5]))],
    ] as [string, Parameter][];
    const train = async (optimizer: Optimizer<any>) => {
      optimizer.zeroGrad();
      named[0]![1].mul(named[1]![1]).square().sum().backward();
      await optimizer.step();
    };
    return { named, train };
  };

  it('goes on from a snapshot as if it had never stopped', async () => {
    const whole = problem();
    const first = new Adam(whole.named, { lr: 0.1 });
    for (let i = 0; i < 3; i++) await whole.train(first);
    const saved = first.stateDict();
    const values = await Promise.all(whole.named.map(([, p]) => p.data()));
    for (let i = 0; i < 2; i++) await whole.train(first);

    const resumed = problem();
    resumed.named.forEach(([, p], i) => p.assign(tensor(values[i]!)));
    const second = new Adam(resumed.named, { lr: 0.7 });
    second.loadStateDict(saved);
    expect(second.paramGroups[0]!.lr).toBe(0.1);
    for (let i = 0; i < 2; i++) await resumed.train(second);
    for (const [i, [, p]] of resumed.named.entries()) expect(await p.data()).toEqual(await whole.named[i]![1].data());
    expect(Object.keys(saved.state)).toEqual(['w', 'b']);
  });

  it('names what is missing, unexpected and reshaped, and loads nothing', async () => {
    const { named, train } = problem();
    const optimizer = new SGD(named, { lr: 0.1, momentum: 0.9 });
    await train(optimizer);
    const other = new SGD(
      [
        ['w', new Parameter(tensor([1]))],
        ['c', new Parameter(tensor([1]))],
      ],
      { lr: 0.3, momentum: 0.9 },
    );
    expect(() => other.loadStateDict(optimizer.stateDict())).toThrow(
      /missing: c; unexpected: b; w: momentum is \[3\].*\[1\].*nothing was loaded/,
    );
    expect(other.paramGroups[0]!.lr).toBe(0.3);
    expect(other.stateDict().state).toEqual({});
  });

  it("refuses another optimizer's state, which fits in part, and what is none", async () => {
    const { named, train } = problem();
    const adam = new Adam(named, { lr: 0.1 });
    await train(adam);
    const other = new SGD(named, { lr: 0.3, momentum: 0.9 });
    expect(() => other.loadStateDict(adam.stateDict())).toThrow(
      'SGD.loadStateDict: it has no option betas, eps, amsgrad: the state is that of another optimizer; nothing was loaded',
    );
    expect(() => adam.loadStateDict(other.stateDict())).toThrow(/^Adam.*no option momentum, dampening, nesterov/);
    expect(Object.keys(other.paramGroups[0]!)).not.toContain('betas');
    for (const none of [undefined, null, {}, { param_groups: [], state: {} }])
      expect(() => other.loadStateDict(none as never)).toThrow(
        /^SGD\.loadStateDict: takes what stateDict\(\) of such an optimizer gave, not/,
      );
  });

  it('refuses the state of other groups, whose options would go to the wrong parameters', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => [name, new Parameter(tensor([1]))] as [string, Parameter]);
    const saved = new SGD([{ params: [a!, b!], lr: 0.1 }, { params: [c!], lr: 0.2 }]).stateDict(); // prettier-ignore
    const other = new SGD([{ params: [a!], lr: 1 }, { params: [b!, c!], lr: 2 }]); // prettier-ignore
    expect(() => other.loadStateDict(saved)).toThrow(
      'SGD.loadStateDict: group 0 has a, and had a, b; group 1 has b, c, and had a, b; nothing was loaded',
    );
    expect(other.paramGroups.map(({ lr }) => lr)).toEqual([1, 2]);
    const turned = new SGD([{ params: [c!], lr: 1 }, { params: [b!, a!], lr: 2 }]); // prettier-ignore
    turned.loadStateDict(saved);
    expect(turned.paramGroups.map(({ lr }) => lr)).toEqual([0.2, 0.1]);
  });

  it('skips parameters without a gradient', async () => {
    const [used, unused] = [new Parameter(tensor([1])), new Parameter(tensor([1]))];
    const optimizer = new AdamW([used, unused], { lr: 0.1, weightDecay: 0.5 });
    used.square().sum().backward();
    await optimizer.step();
    expect(await unused.item()).toBe(1);
    expect(await used.item()).not.toBe(1);
    optimizer.zeroGrad();
    expect(used.grad).toBeNull();
  });
});

describe('groups', () => {
  it('have options of their own, which may change between steps', async () => {
    const [a, b] = [new Parameter(tensor([0])), new Parameter(tensor([0]))];
    const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 10 }], { lr: 1 });
    const step = async () => {
      optimizer.zeroGrad();
      a.add(b).sum().backward();
      await optimizer.step();
      return [await a.item(), await b.item()];
    };
    expect(await step()).toEqual([-1, -10]);
    optimizer.paramGroups[1]!.lr = 0.5;
    expect(await step()).toEqual([-2, -10.5]);
    optimizer.paramGroups[0]!.lr = NaN;
    await expect(step()).rejects.toThrow(/SGD: lr must be a finite number/);
    expect([await a.item(), await b.item()]).toEqual([-2, -10.5]);
  });
});

it("takes over another optimizer's groups", () => {
  const first = new SGD([{ params: [new Parameter(tensor([1]))], lr: 3 }], { lr: 1 });
  expect(new SGD(first.paramGroups, { lr: 2 }).paramGroups).toEqual(first.paramGroups);
});

describe('refuses', () => {
  const p = () => new Parameter(tensor([1]));
  const one = p();
  const rows: [string, () => unknown, RegExp][] = [
    ['nothing', () => new SGD([], { lr: 1 }), /SGD: was given no parameters; give a module/],
    ['a parameter twice', () => new SGD([one, one], { lr: 1 }), /'1' was given twice, first as '0'; give each once/],
    ['one in two groups', () => new Adam([{ params: [one] }, { params: [one] }]), /given twice/],
    [
      'a plain tensor',
      () => new SGD([tensor([1]) as unknown as Parameter], { lr: 1 }),
      /item 0 is no Parameter.*new Parameter\(tensor\)/,
    ],
    ['a tensor for a list', () => new SGD(tensor([1]) as Tensor, { lr: 1 }), /SGD: .*give a module, a list/],
    [
      'an infinite lr',
      () => new SGD([p()], { lr: Infinity }),
      /lr must be a finite number of at least 0, not Infinity/,
    ],
    ['lr NaN', () => new AdamW([p()], { lr: NaN }), /AdamW: lr must be a finite number of at least 0, not NaN/],
    ['a negative lr in a group', () => new Adam([{ params: [p()], lr: -1 }]), /Adam: lr must be/],
    ['beta 1', () => new Adam([p()], { betas: [0.9, 1] }), /betas\[1\] must be from 0 to below 1/],
    [
      'lr by position, as in PyTorch',
      () => new Adam([p()], 1e-3 as never),
      /Adam: options are one object with any of lr, betas.*; not 0\.001/,
    ],
    [
      "PyTorch's spelling",
      () => new AdamW([p()], { weight_decay: 0.1 } as object),
      /AdamW: there is no option 'weight_decay'; did you mean 'weightDecay'\?/,
    ],
    [
      'an option of another',
      () => new SGD([p()], { betas: [0.9, 0.9] } as object),
      /SGD: there is no option 'betas'; known are lr, momentum/,
    ],
    [
      'a name written out',
      () => new SGD([p()], { learningRate: 0.1 } as object),
      /SGD: there is no option 'learningRate'; did you mean 'lr'\?/,
    ],
    [
      'a misspelt option of a group',
      () => new SGD([{ params: [p()], momentun: 0.9 } as object], { lr: 1 }),
      /SGD: a group: there is no option 'momentun'; did you mean 'momentum'/,
    ],
    [
      'a misspelt option of a tag',
      () => new SGD([p()], { lr: 1, groups: { noDecay: { decay: 0 } as object } }),
      /SGD: groups\.noDecay: there is no option 'decay'/,
    ],
    [
      'one beta',
      () => new Adam([p()], { betas: [0.9] as never }),
      /Adam: betas are two numbers, such as \[0\.9, 0\.999\], not 0\.9/,
    ],
    ['nesterov alone', () => new SGD([p()], { lr: 1, nesterov: true }), /nesterov needs momentum above 0/],
    [
      'an unknown tag',
      () => new SGD([p()], { lr: 1, groups: { noDecay: { lr: 2 } } }),
      /no parameter has the group 'noDecay'; tag one/,
    ],
  ];
  for (const [what, attempt, message] of rows)
    it(what, () => {
      expect(attempt).toThrow(message);
      expect(attempt).toThrow(library.ValueError);
    });
});

describe('an average of gradients that have stopped ends at 0, and is never denormal', () => {
  it.each([
    ['SGD', { momentum: 0.9 }],
    ['Adam', {}],
  ])('%s', async (name, given) => {
    const weight = new Parameter(tensor([1, 1, 1, 1, 1]));
    const optimizer = new classes[name]!([weight], given);
    for (let i = 0; i < 900; i++) {
      weight.grad = tensor(new Float32Array(5).fill(i < 5 ? 0.1 : 0));
      await optimizer.step();
      if (i < 800) continue; // 0.9^800 is near the smallest normal number
      for (const { slots } of Object.values(optimizer.stateDict().state)) {
        const [value] = await Object.values(slots)[0]!.data();
        expect(value === 0 || value! >= 2 ** -126).toBe(true);
        if (i === 899) expect(value).toBe(0);
      }
    }
  });
});
