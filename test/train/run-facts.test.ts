import { expect, it } from 'vitest';
import { CrossEntropyLoss, randn, SGD, type Callback, type Run } from 'decograd';
import { problem } from './problem';

/** A callback that keeps the run, and whether it had failed when it ended. */
function witness() {
  const seen: { run?: Run; failure?: Run['failure'] } = {};
  const callback: Callback = {
    onFitStart: (run) => void (seen.run = run),
    onFitEnd: ({ failure }) => void (seen.failure = failure),
  };
  return { seen, callback };
}

it('a run tells the plain options that it was made with, and the loss by its name', async () => {
  const { seen, callback } = witness();
  const { trainer, loader } = problem({ callbacks: [callback], clipNorm: 2, accumulate: 2 });
  const validation = [randn([4, 3]), randn([4, 2])] as const;
  await trainer.fit(loader, { epochs: 1, validation, validateEvery: { epochs: 1 }, limitBatches: { train: 2 }, seed: 7, progress: false }); // prettier-ignore
  expect(seen.run!.settings).toEqual({
    loss: 'mseLoss',
    clipNorm: 2,
    accumulate: 2,
    epochs: 1,
    'validateEvery.epochs': 1,
    'limitBatches.train': 2,
    seed: 7,
  });
});

it('a loss that is a module is told by its class', async () => {
  const { seen, callback } = witness();
  const { trainer, x } = problem({ callbacks: [callback], loss: new CrossEntropyLoss(), metrics: {} });
  await trainer.fit([x, x.sum(1).gt(0).int()], { epochs: 1, progress: false });
  expect(seen.run!.settings.loss).toBe('CrossEntropyLoss');
});

it('a run has all its optimizers', async () => {
  const { seen, callback } = witness();
  const { trainer, model, optimizer, loader } = problem({ callbacks: [callback], trainStep: () => ({ loss: 1 }) });
  const second = new SGD(model.output, { lr: 1 });
  Object.assign(trainer.options, { optimizers: { second } });
  await trainer.fit(loader, { epochs: 1, progress: false });
  expect(seen.run!.optimizers).toEqual([optimizer, second]);
});

it('what was thrown is told when the run ends, and nothing where it did not fail', async () => {
  const { seen, callback } = witness();
  const error = new Error('mine');
  const bad: Callback = { onBatchEnd: () => Promise.reject(error) };
  const { trainer, loader } = problem({ callbacks: [callback, bad] });
  await expect(trainer.fit(loader, { epochs: 1, progress: false })).rejects.toBe(error);
  expect(seen.failure).toEqual({ error });
  const sound = problem({ callbacks: [callback] });
  await sound.trainer.fit(sound.loader, { epochs: 1, progress: false });
  expect(seen.failure).toBeUndefined();
});
