import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { csvLog, gradientStats, Linear, mseLoss, Sequential, SGD, Tanh, tensor, Trainer, ValueError, type Callback, type GradientNorm, type Tensor } from 'decograd'; // prettier-ignore
import { problem, timeless, weights } from '../problem';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

type Listed = { shape: number[]; values: number[] };
const { cases } = JSON.parse(readFileSync('test/fixtures/gradient-norms.json', 'utf8')) as {
  cases: {
    clipNorm: number | null;
    every: number;
    start: Record<string, Listed>;
    batches: [Listed, Listed][];
    epochs: Record<string, GradientNorm>[];
  }[];
};
const quiet = { progress: false } as const;
const within = temporaryFolder();
const of = ({ shape, values }: Listed): Tensor => tensor(values).reshape(shape);

describe('gradientStats', () => {
  it.each(cases)("notes PyTorch's norms, clipped to $clipNorm, every $every steps", async (wanted) => {
    const model = new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 2));
    model.loadStateDict(Object.fromEntries(Object.entries(wanted.start).map(([key, value]) => [key, of(value)])));
    const batches = wanted.batches.map(([x, y]) => [of(x), of(y)] as [Tensor, Tensor]);
    const callbacks = [gradientStats({ every: wanted.every })];
    const clipNorm = wanted.clipNorm ?? undefined;
    const trainer = new Trainer(model, { optimizer: new SGD(model, { lr: 0.2 }), loss: mseLoss, clipNorm, callbacks });
    const { epochs } = await trainer.fit(batches, { epochs: 2, ...quiet });
    wanted.epochs.forEach((norms, i) => {
      expect(Object.keys(epochs[i]!.gradients!)).toEqual(Object.keys(norms));
      for (const [path, { mean, max }] of Object.entries(norms)) {
        expect(epochs[i]!.gradients![path]!.mean).toBeCloseTo(mean, 6);
        expect(epochs[i]!.gradients![path]!.max).toBeCloseTo(max, 6);
      }
    });
  });

  it('stands in logs that come later, and changes nothing of the run', async () => {
    const path = within('norms.csv');
    const fitted = async (callbacks: Callback[]) => {
      const { trainer, loader, model } = problem({ callbacks });
      const history = await trainer.fit(loader, { epochs: 2, ...quiet });
      return { history, after: await weights(model) };
    };
    const [watched, plain] = [await fitted([gradientStats(), csvLog(path)]), await fitted([])];
    expect(watched.after).toEqual(plain.after);
    const [head, first] = readFileSync(path, 'utf8').split('\r\n').map((line) => line.split(',')); // prettier-ignore
    const { mean } = watched.history.epochs[0]!.gradients!['hidden.weight']!;
    expect(first![head!.indexOf('gradients/hidden.weight/mean')]).toBe(String(mean));
  });

  it('goes on where a run was left', async () => {
    let history: unknown;
    const end: Callback = { onFitEnd: (run) => void (history = timeless(run.history)) };
    const callbacks = () => [gradientStats(), end];
    expect(await fromEveryBoundary({ callbacks, result: () => history, folder: within('') })).toBe(12);
    expect(JSON.stringify(history)).toContain('"gradients":{"hidden.weight":{"mean":');
  });

  it('refuses options that cannot be', () => {
    expect(() => gradientStats({ every: 1.5 })).toThrow(
      new ValueError('gradientStats: every must be a whole number of at least 1, not 1.5'),
    );
    expect(() => gradientStats({ evry: 1 } as never)).toThrow("no option 'evry'; did you mean 'every'?");
  });
});
