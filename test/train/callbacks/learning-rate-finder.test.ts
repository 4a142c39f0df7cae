import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkpoint, CosineAnnealingLR, learningRateFinder, Linear, mseLoss, Sequential, SGD, Tanh, tensor, Trainer, ValueError, type Callback, type LearningRateFinderOptions, type Tensor } from 'decograd'; // prettier-ignore
import { problem, timeless, weights } from '../problem';
import { temporaryFolder } from './folder';

type Listed = { shape: number[]; values: number[] };
const { cases } = JSON.parse(readFileSync('test/fixtures/rate-range.json', 'utf8')) as {
  cases: {
    options: LearningRateFinderOptions;
    start: Record<string, Listed>;
    batches: [Listed, Listed][];
    rates: number[];
    losses: number[];
    suggestion: number | null;
  }[];
};
const quiet = { progress: false } as const;
const within = temporaryFolder();
const of = ({ shape, values }: Listed): Tensor => tensor(values).reshape(shape);

async function tried(i: number, more: LearningRateFinderOptions = {}) {
  const { options, start, batches, ...wanted } = cases[i]!;
  const model = new Sequential(new Linear(3, 8), new Tanh(), new Linear(8, 2));
  model.loadStateDict(Object.fromEntries(Object.entries(start).map(([key, value]) => [key, of(value)])));
  const optimizer = new SGD(model, { lr: 0.1, momentum: 0.5 });
  const finder = learningRateFinder({ ...options, ...more });
  const trainer = new Trainer(model, { optimizer, loss: mseLoss, callbacks: [finder] });
  await trainer.fit(batches.map(([x, y]) => [of(x), of(y)] as [Tensor, Tensor]), { epochs: 1, ...quiet }); // prettier-ignore
  return { wanted, finder, optimizer };
}

describe('learningRateFinder', () => {
  it.each(cases.map(({ options }, i) => [i, options]))("has PyTorch's losses and numpy's steepest descent: %i, %j", async (i) => {
    const { wanted, finder, optimizer } = await tried(i as number);
    const { rates, losses, suggestion } = finder.result!;
    expect(rates).toHaveLength(wanted.rates.length);
    wanted.rates.forEach((rate, n) => expect(rates[n]! / rate).toBeCloseTo(1, 12));
    wanted.losses.forEach((loss, n) => expect(losses[n]! / loss).toBeCloseTo(1, 3));
    if (wanted.suggestion === null) expect(suggestion).toBeUndefined();
    else expect(suggestion! / wanted.suggestion).toBeCloseTo(1, 12);
    expect(optimizer.paramGroups[0]!.lr).toBe(0.1);
  }); // prettier-ignore

  it('leaves the run as it would have been', async () => {
    const fitted = async (callbacks: Callback[]) => {
      const { trainer, loader, model } = problem({ callbacks });
      return [timeless(await trainer.fit(loader, { epochs: 2, ...quiet })), await weights(model)];
    };
    expect(await fitted([learningRateFinder()])).toEqual(await fitted([]));
  });

  it('sets the rate of all groups where asked', async () => {
    const { finder, optimizer } = await tried(0, { setRate: true });
    expect(finder.result!.suggestion).toBeGreaterThan(0.05);
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([finder.result!.suggestion]);
  });

  it('refuses to set one where none is suggested, or a scheduler would overrule it', async () => {
    await expect(tried(3, { setRate: true })).rejects.toThrow(
      'learningRateFinder: the loss exploded after 4 steps, too few to suggest a rate; begin lower than from, 1,',
    );
    const { trainer, model, loader, optimizer } = problem();
    new CosineAnnealingLR(optimizer, { tMax: 3 });
    const callbacks = [learningRateFinder({ setRate: true })];
    const refused = new Trainer(model, { ...trainer.options, callbacks }).fit(loader, { epochs: 1, ...quiet });
    await expect(refused).rejects.toThrow('learningRateFinder: a scheduler was made for the optimizer');
  });

  it('ends at a loss that is no finite number', async () => {
    let step = 0;
    const loss = (output: Tensor) =>
      output
        .square()
        .mean()
        .mul(step++ < 15 ? 1 : NaN);
    const finder = learningRateFinder();
    const { trainer, loader } = problem({ loss: loss as never, metrics: {}, callbacks: [finder] });
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow('the loss is NaN'); // of the run itself
    expect(finder.result!.rates).toHaveLength(15);
  });

  it('draws the curve, and leaves the file out in a trial of the program', async () => {
    const plot = within('rates.svg');
    const first = problem({ callbacks: [learningRateFinder({ plot, steps: 30 })] });
    await first.trainer.fit(first.loader, { fastDevRun: true, ...quiet });
    expect(existsSync(plot)).toBe(false);
    const second = problem({ callbacks: [learningRateFinder({ plot, steps: 30 })] });
    await second.trainer.fit(second.loader, { epochs: 1, ...quiet });
    const svg = readFileSync(plot, 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>\n$/s);
    expect(svg.match(/<circle /g)).toHaveLength(30);
  });

  it('is not made again in a run that is resumed', async () => {
    const folder = within('resumed');
    const first = problem({ callbacks: [learningRateFinder({ setRate: true, from: 1e-4 }), checkpoint(folder)] });
    await first.trainer.fit(first.loader, { epochs: 1, ...quiet });
    const finder = learningRateFinder({ setRate: true, from: 1e-4 });
    const second = problem({ callbacks: [finder, checkpoint(folder)] });
    await second.trainer.fit(second.loader, { epochs: 2, resume: folder, ...quiet });
    expect(finder.result).toBeUndefined();
    expect(second.optimizer.paramGroups[0]!.lr).toBe(first.optimizer.paramGroups[0]!.lr);
  });

  it('refuses data that can be read once only', async () => {
    const { trainer, x, y } = problem({ callbacks: [learningRateFinder()] });
    const once = (function* () {
      yield [x, y] as [Tensor, Tensor];
    })();
    await expect(trainer.fit(once, { epochs: 1, ...quiet })).rejects.toThrow('data that can be read again');
  });

  it.each([
    [{ from: 0 }, 'learningRateFinder: from must be a number above 0, not 0'],
    [{ from: 1, to: 1 }, 'learningRateFinder: to must be above from, 1, not 1'],
    [{ steps: 19 }, 'learningRateFinder: steps must be a whole number of at least 20, not 19'],
    [{ smoothing: 1 }, 'learningRateFinder: smoothing must be a number of at least 0 and below 1, not 1'],
    [{ stopAt: 1 }, 'learningRateFinder: stopAt must be a number above 1, not 1'],
    [{ setRate: 1 }, 'learningRateFinder: setRate must be true or false, not 1'],
    [{ plot: '' }, 'learningRateFinder: takes the path of a file first, not ""'],
    [{ form: 1 }, "learningRateFinder: there is no option 'form'; did you mean 'from'?"],
  ])('refuses %j', (options, message) => {
    expect(() => learningRateFinder(options as never)).toThrow(ValueError);
    expect(() => learningRateFinder(options as never)).toThrow(message);
  });
});
