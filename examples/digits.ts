// The main job: a decorated perceptron learns MNIST's 60,000 handwritten digits and is tested on the other 10,000.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  accuracy, AdamW, confusionMatrix, crossEntropyLoss, DataLoader, device, htmlReport, inventory, Linear, loadSafetensors, manualSeed, Module, module,
  saveSafetensors, setThreads, TensorDataset, Trainer, type FitOptions, type Tensor, type TrainerOptions,
} from 'decograd'; // prettier-ignore
import { digits } from './data/mnist';

@module
class DigitClassifier extends Module {
  readonly hidden = new Linear(784, 256);
  readonly output = new Linear(256, 10);
  forward(x: Tensor) {
    return this.output.forward(this.hidden.forward(x).relu());
  }
}

/** Rows are what was written, columns what was read. */
function confusion(labels: ArrayLike<number>, read: ArrayLike<number>): { table: string; right: number } {
  const counts = Array.from({ length: 10 }, () => Array<number>(10).fill(0));
  for (let i = 0; i < labels.length; i++) counts[labels[i]][read[i]]++;
  const row = (head: string | number, cells: readonly (string | number)[]) =>
    [head, ...cells].map((c) => String(c).padStart(5)).join('');
  const table = [row('', [...counts.keys()]), ...counts.map((cells, digit) => row(digit, cells))].join('\n');
  return { table, right: counts.reduce((sum, cells, digit) => sum + cells[digit], 0) };
}

/** What a page about the run needs beside the run. */
function reporting(path: string): [Pick<TrainerOptions<string, any>, 'metrics' | 'callbacks'>, Partial<FitOptions>] {
  const [images, labels] = digits('t10k');
  const metrics = { accuracy, confusion: confusionMatrix() };
  const callbacks = [htmlReport(path, { title: 'Reading handwritten digits' })];
  return [
    { metrics, callbacks },
    { validation: [images.flatten(1), labels], recordSteps: 10 },
  ];
}

async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      epochs: { type: 'string', default: '4' },
      device: { type: 'string', default: 'auto' },
      threads: { type: 'string' },
      profile: { type: 'string' },
      report: { type: 'string' },
      out: { type: 'string', default: join(tmpdir(), `decograd-digits-${process.pid}.safetensors`) },
    },
  });
  if (values.threads !== undefined) setThreads(Number(values.threads));
  await device(values.device);
  manualSeed(Number(values.seed));
  const model = new DigitClassifier();
  console.log(String(inventory(model)));

  const [images, labels] = digits('train');
  const loader = new DataLoader(new TensorDataset(images.flatten(1), labels), { batchSize: 128, shuffle: true });
  const optimizer = new AdamW(model, { lr: 1.5e-3 });
  const [watching, watched] = values.report === undefined ? [{}, {}] : reporting(values.report);
  const trainer = new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy }, ...watching });
  await trainer.fit(loader, { epochs: Number(values.epochs), profile: values.profile, ...watched });

  await saveSafetensors(values.out, model.stateDict(), { metadata: { seed: values.seed, epochs: values.epochs } });
  console.log(`saved to ${values.out}`);
  const fresh = new DigitClassifier();
  fresh.loadStateDict(await loadSafetensors(values.out));

  const [testImages, testLabels] = digits('t10k');
  const test = new Trainer(fresh, { optimizer: new AdamW(fresh), loss: crossEntropyLoss });
  const read = (await test.predict(testImages.flatten(1))).argmax(1);
  const { table, right } = confusion(await testLabels.data(), await read.data());
  console.log(`written (rows) and read (columns):\n${table}`);
  console.log(`test accuracy: ${((100 * right) / testLabels.size).toFixed(2)}%`);
}

void main();
