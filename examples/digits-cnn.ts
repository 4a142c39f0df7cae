// A convolutional network with batch norm learns MNIST's digits, shifted a little each time it sees them.
import { parseArgs } from 'node:util';
import {
  accuracy, AdamW, BatchNorm2d, Conv2d, crossEntropyLoss, DataLoader, device, Dropout, inventory, Linear, manualSeed, MapDataset,
  MaxPool2d, Module, module, randomShift, ReLU, Sequential, setThreads, TensorDataset, Trainer, type Callback, type Dataset, type Tensor,
} from 'decograd'; // prettier-ignore
import { digits } from './data/mnist';

/** Convolution, batch norm, ReLU, and half the size. */
const block = (inputs: number, outputs: number) =>
  new Sequential(new Conv2d(inputs, outputs, 3, { padding: 1, bias: false }), new BatchNorm2d(outputs), new ReLU(), new MaxPool2d(2)); // prettier-ignore

@module
class DigitClassifier extends Module {
  readonly features = new Sequential(block(1, 16), block(16, 32));
  readonly dropout = new Dropout(0.3);
  readonly output = new Linear(32 * 7 * 7, 10);
  forward(x: Tensor) {
    return this.output.forward(this.dropout.forward(this.features.forward(x).flatten(1)));
  }
}

/** Images [1, 28, 28] and labels; each image is shifted by up to two pixels, another way every epoch. */
function shifted([images, labels]: readonly [Tensor, Tensor]): Dataset<[Tensor, Tensor]> {
  const shift = randomShift(2);
  const samples = new TensorDataset<[Tensor, Tensor]>(images.unsqueeze(1), labels);
  return new MapDataset(samples, ([image, label], draw) => [shift(image, draw), label]);
}

async function main() {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      epochs: { type: 'string', default: '6' },
      limit: { type: 'string', default: '60000' },
      threads: { type: 'string' },
    },
  });
  if (values.threads !== undefined) setThreads(Number(values.threads));
  await device('auto');
  const [seed, epochs] = [Number(values.seed), Number(values.epochs)];
  manualSeed(seed);
  const model = new DigitClassifier();
  console.log(String(inventory(model)));

  const [images, labels] = digits('train');
  const some: [Tensor, Tensor] = [images.slice(0, 0, Number(values.limit)), labels.slice(0, 0, Number(values.limit))];
  const loader = new DataLoader(shifted(some), { batchSize: 64, shuffle: true });
  const optimizer = new AdamW(model, { lr: 2e-3 });
  const slower: Callback = { onEpochEnd: () => void optimizer.paramGroups.forEach((group) => (group.lr *= 0.5)) };
  const trainer = new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy }, callbacks: [slower] });
  const began = performance.now();
  await trainer.fit(loader, { epochs });
  console.log(`trained for ${((performance.now() - began) / 1000).toFixed(0)} s`);

  const [testImages, testLabels] = digits('t10k');
  const read = (await trainer.predict(testImages.unsqueeze(1), { batchSize: 500 })).argmax(1);
  const right = await read.eq(testLabels).float().sum().item();
  console.log(`test accuracy: ${((100 * right) / testLabels.size).toFixed(2)}%`);
}

void main();
