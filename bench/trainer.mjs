// What `Trainer.fit` adds to a loop written by hand, on the steps of the MLP: `npm run bench:trainer -- --help` tells the options.
import { availableParallelism } from 'node:os';
import {
  Adam,
  crossEntropyLoss,
  Linear,
  manualSeed,
  randn,
  ReLU,
  Sequential,
  setThreads,
  tensor,
  Trainer,
} from '../dist/index.mjs';
import { command } from './options.mjs';
import { awaitQuiet } from './processor.mjs';
import { best, medianDifference } from './ratios.mjs';
import { table } from './table.mjs';

const usage = `npm run bench:trainer -- [options]
  --rounds N   rounds of 100 steps by hand and 100 by the Trainer; the best of each counts. Default: 60
  --wait S     how long a quiet machine is awaited before the rounds, at most. Default: 20`;

const steps = 100;

function batches() {
  manualSeed(1);
  const labels = Int32Array.from({ length: 128 }, (_, i) => i % 10);
  return Array.from({ length: steps }, () => [randn([128, 784]), tensor(labels)]);
}

/** Both train the same model, and read the loss of every step. */
function ways(data) {
  const model = new Sequential(new Linear(784, 256), new ReLU(), new Linear(256, 128), new ReLU(), new Linear(128, 10));
  const optimizer = new Adam(model, { lr: 1e-3 });
  const byHand = async () => {
    for (const [x, y] of data) {
      const loss = crossEntropyLoss(model.forward(x), y);
      optimizer.zeroGrad();
      loss.backward();
      await optimizer.step();
      await loss.item();
    }
  };
  const byTrainer = () => new Trainer(model, { optimizer, loss: crossEntropyLoss }).fit(data, { epochs: 1, progress: false }); // prettier-ignore
  return [byHand, byTrainer];
}

async function measured(threads, rounds) {
  setThreads(threads);
  const both = ways(batches()).map((run) => ({ run, times: [] }));
  for (let round = -2; round < rounds; round++)
    for (const { run, times } of both) {
      const start = performance.now();
      await run();
      if (round >= 0) times.push((performance.now() - start) / steps);
    }
  return both.map(({ times }) => times);
}

async function main({ rounds, wait }) {
  const rows = [];
  for (const threads of new Set([1, availableParallelism()])) {
    const { text } = await awaitQuiet(wait);
    const [byHand, byTrainer] = await measured(threads, rounds);
    const more = best(byTrainer) / best(byHand) - 1;
    const typically = 1000 * medianDifference(byTrainer, byHand);
    rows.push([
      String(threads),
      best(byHand).toFixed(3),
      best(byTrainer).toFixed(3),
      `${(100 * more).toFixed(1)} %`,
      `${typically.toFixed(0)} us`,
      text,
    ]);
  }
  console.log(
    table([['threads', 'ms a step by hand', 'by Trainer.fit', 'more', 'median of pairs', 'before'], ...rows]),
  );
}

await command(usage, { rounds: 60, wait: 20 }, main);
