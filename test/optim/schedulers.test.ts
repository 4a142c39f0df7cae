import { Adagrad, Adam, ChainedScheduler, CosineAnnealingLR, CosineAnnealingWarmRestarts, ConstantLR, CyclicLR, ExponentialLR, LambdaLR, LinearLR, MultiplicativeLR, MultiStepLR, OneCycleLR, Parameter, PolynomialLR, ReduceLROnPlateau, SequentialLR, SGD, StateError, StepLR, tensor, ValueError, warmUp, zeros, type LRScheduler, type Tensor } from 'decograd'; // prettier-ignore
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/schedulers.json';
import { currentDevice } from '../../src/graph/recorder';
import { planCache } from '../../src/plan';
import { relativeError } from './problem';
import { advance, cases, exported, optimizerOf, schedulerOf, titleOf, type Case } from './schedules';

const momenta = (optimizer: ReturnType<typeof optimizerOf>): number[] =>
  optimizer.paramGroups.map((group) => group.betas?.[0] ?? group.momentum);
/** Rates may be 0, or what is left of a difference: what counts is the largest rate of the schedule. */
const isNear = (actual: readonly number[], wanted: readonly number[], { lrs }: Pick<Case, 'lrs'>) =>
  actual.forEach((value, i) => {
    const largest = Math.max(...lrs.map((rates) => rates[i]!));
    expect(Math.abs(value - wanted[i]!) / largest).toBeLessThanOrEqual(1e-8);
  });

it('every scheduler that is exported has cases', () => {
  expect(Object.keys(exported).sort()).toEqual([...new Set(cases.map(({ name }) => name))].sort());
});

describe('forty epochs are those of PyTorch', () => {
  it.each(cases.map((one) => [titleOf(one), one] as const))('%s', (_, one) => {
    const optimizer = optimizerOf(one.optimizer);
    const scheduler = schedulerOf(optimizer, one);
    for (let epoch = 0; epoch <= 40; epoch++) {
      if (epoch > 0) advance(scheduler, epoch - 1);
      // the line of OneCycleLR goes below 0 after its last epoch in PyTorch
      isNear(scheduler.getLastLr(), one.lrs[epoch]!.map((lr) => Math.max(0, lr)), one); // prettier-ignore
      expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual(scheduler.getLastLr());
      if (one.momenta) expect(relativeError(momenta(optimizer), one.momenta[epoch]!)).toBeLessThanOrEqual(1e-8);
    }
  });

  it.each(fixtures.byPlace.cases)('CosineAnnealingWarmRestarts by place, $options', ({ options, lrs }) => {
    const scheduler = schedulerOf(optimizerOf('SGD'), { name: 'CosineAnnealingWarmRestarts', options });
    for (const [i, place] of fixtures.byPlace.places.entries()) {
      scheduler.step(place);
      isNear(scheduler.getLastLr(), lrs[i]!, { lrs });
    }
  });
});

describe('state that is saved in the middle and loaded goes on alike', () => {
  it.each(cases.map((one) => [titleOf(one), one] as const))('%s', (_, one) => {
    const whole = schedulerOf(optimizerOf(one.optimizer), one);
    for (let epoch = 0; epoch < 13; epoch++) advance(whole, epoch);
    const saved = JSON.parse(JSON.stringify(whole.stateDict()));
    const optimizer = optimizerOf(one.optimizer);
    const resumed = schedulerOf(optimizer, one);
    optimizer.loadStateDict(whole.optimizer.stateDict());
    resumed.loadStateDict(saved);
    for (let epoch = 13; epoch < 40; epoch++) {
      expect([resumed.getLastLr(), momenta(optimizer)]).toEqual([whole.getLastLr(), momenta(whole.optimizer)]);
      for (const scheduler of [whole, resumed]) advance(scheduler, epoch);
    }
    expect(resumed.stateDict()).toEqual(whole.stateDict());
  });

  it('has the options, which are loaded too', () => {
    const [saved, other] = [new StepLR(sgd(), { stepSize: 2, gamma: 0.5 }), new StepLR(sgd(), { stepSize: 5 })];
    other.loadStateDict(saved.stateDict());
    other.step();
    other.step();
    expect(other.getLastLr()).toEqual([0.05]);
  });

  it('or a new scheduler goes on from lastEpoch', () => {
    const whole = new ExponentialLR(sgd(), { gamma: 0.5 });
    for (let i = 0; i < 3; i++) whole.step();
    const optimizer = sgd();
    optimizer.loadStateDict(whole.optimizer.stateDict());
    const resumed = new CosineAnnealingLR(optimizer, { tMax: 10, lastEpoch: 2 });
    expect([resumed.lastEpoch, resumed.baseLrs, resumed.getLastLr()]).toEqual([3, [0.1], [0.0125]]);
  });
});

describe('a warm-up', () => {
  it('is LinearLR and the schedule in SequentialLR', () => {
    const [short, long] = [sgd(), sgd()];
    const schedulers = [
      new LinearLR(long, { startFactor: 0.1, totalIters: 4 }),
      new CosineAnnealingLR(long, { tMax: 6 }),
    ];
    const pair = [
      warmUp(new CosineAnnealingLR(short, { tMax: 6 }), { totalIters: 4, startFactor: 0.1 }),
      new SequentialLR(long, { schedulers, milestones: [4] }),
    ] as const;
    const rates: number[] = [];
    for (let i = 0; i < 10; i++) {
      rates.push(pair[0].getLastLr()[0]!);
      expect(pair[0].getLastLr()).toEqual(pair[1].getLastLr());
      pair.forEach((scheduler) => scheduler.step());
    }
    expect(rates[0]).toBeCloseTo(0.01, 12);
    expect(rates[4]).toBeCloseTo(0.1, 12);
  });

  it('before a sequence or a chain begins them when it is over', () => {
    const alone = (make: (optimizer: SGD) => LRScheduler) => {
      const scheduler = make(sgd());
      return Array.from({ length: 9 }, () => [scheduler.getLastLr()[0]!, scheduler.step()][0] as number);
    };
    const inner: ((optimizer: SGD) => LRScheduler)[] = [
      (o) => new ChainedScheduler([new StepLR(o, { stepSize: 2 }), new ConstantLR(o, { totalIters: 3 })]),
      (o) => warmUp(new ExponentialLR(o, { gamma: 0.5 }), { totalIters: 3 }),
    ];
    for (const make of inner) {
      const rates = alone(make);
      const later = alone((o) => new SequentialLR(o, { schedulers: [new ConstantLR(o), make(o)], milestones: [2] }));
      expect(later.slice(2)).toEqual(rates.slice(0, 7).map((rate) => expect.closeTo(rate, 12)));
      const first = alone((o) => new SequentialLR(o, { schedulers: [make(o), new ConstantLR(o)], milestones: [8] }));
      expect(first.slice(0, 8)).toEqual(rates.slice(0, 8).map((rate) => expect.closeTo(rate, 12)));
    }
  });
});

it('changes of rate and momentum compile nothing', () => {
  for (const make of [
    (p: Parameter) => new SGD([p], { lr: 0.1, momentum: 0.9 }),
    (p: Parameter) => new Adam([p], { lr: 0.1 }),
  ]) {
    const weight = new Parameter(tensor([1, 2, 3, 4, 5, 6, 7]));
    const optimizer = make(weight);
    const scheduler = new OneCycleLR(optimizer, { maxLr: 0.1, totalSteps: 30 });
    const train = () => {
      optimizer.zeroGrad();
      (weight.square().sum() as Tensor).backward();
      void optimizer.step();
      scheduler.step();
    };
    for (let i = 0; i < 3; i++) train();
    const before = planCache(currentDevice()).size;
    for (let i = 0; i < 26; i++) train();
    expect(planCache(currentDevice()).size).toBe(before);
  }
});

it('CosineAnnealingLR and its like stay between their bounds, whatever the numbers', () => {
  const numbers = fc.record({ tMax: fc.integer({ min: 1, max: 50 }), steps: fc.integer({ min: 1, max: 120 }) });
  fc.assert(
    fc.property(numbers, ({ tMax, steps }) => {
      const schedules = [
        new CosineAnnealingLR(sgd(), { tMax, etaMin: 0.01 }),
        new CosineAnnealingWarmRestarts(sgd(), { t0: tMax, etaMin: 0.01 }),
        new CyclicLR(sgd(), { baseLr: 0.01, maxLr: 0.1, stepSizeUp: tMax, cycleMomentum: false }),
      ];
      for (const scheduler of schedules)
        for (let i = 0; i < steps; i++) {
          expect(scheduler.getLastLr()[0]).toBeGreaterThanOrEqual(0.01 - 1e-9);
          expect(scheduler.getLastLr()[0]).toBeLessThanOrEqual(0.1 + 1e-9);
          scheduler.step();
        }
    }),
    { numRuns: 30 },
  );
});

const sgd = () => new SGD([new Parameter(zeros([1]))], { lr: 0.1, momentum: 0.9 });

describe('refuses', () => {
  const one = sgd();
  const rows: [string, () => unknown, RegExp, (typeof ValueError | typeof StateError)?][] = [
    ['no optimizer', () => new StepLR(0.1 as never, { stepSize: 1 }), /StepLR: takes an optimizer first, not 0\.1/],
    ['a missing option', () => new StepLR(sgd(), {} as never), /StepLR: stepSize must be a whole number of at least 1, not undefined/],
    ['an option by position', () => new StepLR(sgd(), 30 as never), /StepLR: options are one object/],
    ["PyTorch's spelling", () => new StepLR(sgd(), { step_size: 1 } as never), /no option 'step_size'; did you mean 'stepSize'/],
    ['gamma NaN', () => new ExponentialLR(sgd(), { gamma: NaN }), /ExponentialLR: gamma must be .* not NaN/],
    ['a factor above 1', () => new ConstantLR(sgd(), { factor: 2 }), /ConstantLR: factor must be above 0 and at most 1, not 2/],
    ['an end factor below 0', () => new LinearLR(sgd(), { endFactor: -1 }), /LinearLR: endFactor must be from 0 to 1, not -1/],
    ['0 iterations', () => new PolynomialLR(sgd(), { totalIters: 0 }), /PolynomialLR: totalIters must be a whole number/],
    ['milestones that are no list', () => new MultiStepLR(sgd(), { milestones: 3 as never }), /milestones are a list of epochs/],
    ['a milestone between epochs', () => new MultiStepLR(sgd(), { milestones: [1, 2.5] }), /milestones\[1\] must be a whole number of at least 0, not 2\.5/],
    ['a function that is none', () => new LambdaLR(sgd(), { lrLambda: 0.9 as never }), /LambdaLR: lrLambda must be a function of the epoch, not 0\.9/],
    ['too many functions', () => new LambdaLR(sgd(), { lrLambda: [Math.sqrt, Math.sqrt] }), /lrLambda has 2 values, the optimizer 1 groups/],
    ['a rate that is NaN', () => new LambdaLR(sgd(), { lrLambda: () => NaN }), /LambdaLR: the rate of group 0 at epoch 0 is NaN; rates are finite/],
    ['a rate below 0', () => new LambdaLR(sgd(), { lrLambda: () => -1 }), /the rate of group 0 at epoch 0 is -0\.1/],
    ['a fractional tMax', () => new CosineAnnealingLR(sgd(), { tMax: 1.5 }), /CosineAnnealingLR: tMax must be a whole number/],
    ['a place that is negative', () => new CosineAnnealingWarmRestarts(sgd(), { t0: 2 }).step(-1), /the epoch must be .* at least 0, not -1/],
    ['no number of steps', () => new OneCycleLR(sgd(), { maxLr: 1, epochs: 3 }), /OneCycleLR: needs totalSteps, or epochs and stepsPerEpoch/],
    ['an unknown strategy', () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 3, annealStrategy: 'exp' as never }), /annealStrategy must be one of "cos", "linear", not "exp"/],
    ['momentum where there is none', () => new OneCycleLR(new Adagrad([new Parameter(zeros([1]))]), { maxLr: 1, totalSteps: 3 }), /neither momentum nor betas; set { cycleMomentum: false }/],
    ['momentum of 1', () => new CyclicLR(sgd(), { baseLr: 0.1, maxLr: 1, maxMomentum: 1 }), /maxMomentum must be from 0 to below 1, not 1/],
    ['rates for other groups', () => new CyclicLR(sgd(), { baseLr: [0.1, 0.2], maxLr: 1 }), /baseLr has 2 values, the optimizer 1 groups/],
    ['an unknown mode', () => new ReduceLROnPlateau(sgd(), { mode: 'least' as never }), /mode must be one of "min", "max", not "least"/],
    ['a factor of 1', () => new ReduceLROnPlateau(sgd(), { factor: 1 }), /factor must be from 0 to below 1, not 1/],
    ['a tensor for a measure', () => new ReduceLROnPlateau(sgd()).step(tensor([1]) as never), /step takes a number, such as await loss\.item\(\), not an instance of Tensor/],
    ['a step after the last', () => { const s = new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 2 }); for (let i = 0; i < 3; i++) s.step(); }, /OneCycleLR: step 3 is after the last; totalSteps is 2/],
    ["another optimizer's scheduler", () => new SequentialLR(one, { schedulers: [new ConstantLR(one), new StepLR(sgd(), { stepSize: 1 })], milestones: [2] }), /SequentialLR: schedulers\[1\] is a StepLR made for another optimizer/],
    ['one in a chain', () => new ChainedScheduler([new ConstantLR(one), new ConstantLR(sgd())]), /ChainedScheduler: schedulers\[1\] is a ConstantLR made for another/],
    ['an empty chain', () => new ChainedScheduler([], one), /ChainedScheduler: schedulers are a list of at least one/],
    ['ReduceLROnPlateau in a chain', () => new ChainedScheduler([new ReduceLROnPlateau(one)]), /schedulers\[0\] is ReduceLROnPlateau, whose steps need a measure/],
    ['no scheduler', () => new SequentialLR(one, { schedulers: [one as never], milestones: [] }), /schedulers\[0\] is no scheduler but an instance of/],
    ['too many milestones', () => new SequentialLR(one, { schedulers: [new ConstantLR(one)], milestones: [1] }), /1 schedulers need 0 milestones, not 1/],
    ['milestones that fall', () => new SequentialLR(one, { schedulers: [1, 2, 3].map(() => new ConstantLR(one)), milestones: [3, 3] }), /milestones must grow, not be \[3, 3\]/],
    ['a warm-up of 0 epochs', () => warmUp(new ConstantLR(one), { totalIters: 0 }), /warmUp: totalIters must be a whole number of at least 1, not 0/],
    ['to go on without a checkpoint', () => new StepLR(sgd(), { stepSize: 1, lastEpoch: 3 }), /group 0 has no initialLr, which lastEpoch 3 needs; load the optimizer's state/],
    ['lastEpoch -2', () => new StepLR(sgd(), { stepSize: 1, lastEpoch: -2 }), /lastEpoch must be a whole number of at least 0, not -2/],
    ["another schedule's state", () => new StepLR(sgd(), { stepSize: 1 }).loadStateDict(new ConstantLR(sgd()).stateDict()), /StepLR\.loadStateDict: the state is that of "ConstantLR"; nothing was loaded/, StateError],
    ['state for other groups', () => new ConstantLR(sgd()).loadStateDict(new ConstantLR(optimizerOf('SGD')).stateDict()), /the state is for 2 groups, the optimizer has 1/, StateError],
    ['state of another chain', () => new ChainedScheduler([new ConstantLR(one)]).loadStateDict(new ChainedScheduler([new ConstantLR(one), new ConstantLR(one)]).stateDict()), /the state is of 2 schedulers, here are 1/, StateError],
  ]; // prettier-ignore
  it.each(rows)('%s', (_, attempt, message, kind = ValueError) => {
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(kind);
  });

  it('a rate that is not finite in the middle, and sets none', () => {
    const optimizer = optimizerOf('SGD');
    const scheduler = new MultiplicativeLR(optimizer, { lrLambda: [() => 0.5, (epoch) => (epoch < 2 ? 1 : Infinity)] });
    scheduler.step();
    expect(() => scheduler.step()).toThrow(/rate of group 1 at epoch 2 is Infinity/);
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([0.05, 0.02]);
    expect([scheduler.lastEpoch, scheduler.getLastLr()]).toEqual([1, [0.05, 0.02]]);
  });
});
