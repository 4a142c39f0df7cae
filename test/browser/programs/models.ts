import {
  Adam,
  BatchNorm2d,
  Conv2d,
  crossEntropyLoss,
  Dropout,
  Flatten,
  Linear,
  manualSeed,
  MaxPool2d,
  ReLU,
  Sequential,
  SGD,
  tensor,
  type Optimizer,
  type Tensor,
} from '../../../src';

/** A model in training on one batch, on the device that was the current one. */
export interface Training {
  readonly model: Sequential;
  readonly optimizer: Optimizer;
  /** One step; the loss is on the device. */
  step(): Promise<Tensor>;
}

export const models = { mlp, cnn } as const;
export type ModelName = keyof typeof models;

/** Layers with dropout, and Adam. */
function mlp(): Training {
  manualSeed(3);
  const model = new Sequential(new Linear(6, 16), new ReLU(), new Dropout(0.25), new Linear(16, 3));
  return training(model, new Adam(model, { lr: 0.01 }), wave(12, 6), 3);
}

/** Convolution, batch norm and pooling, and SGD with momentum. */
function cnn(): Training {
  manualSeed(4);
  const block = [new Conv2d(1, 4, 3), new BatchNorm2d(4), new ReLU(), new MaxPool2d(2)] as const;
  const model = new Sequential(...block, new Flatten(), new Linear(36, 3));
  return training(model, new SGD(model, { lr: 0.05, momentum: 0.9 }), wave(6, 64).reshape([6, 1, 8, 8]), 3);
}

/** The same numbers everywhere. */
function wave(rows: number, columns: number): Tensor {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * (1 + (i % 7))));
  return tensor(data, { shape: [rows, columns] });
}

function training(model: Sequential, optimizer: Optimizer, x: Tensor, classes: number): Training {
  const labels = tensor(Int32Array.from({ length: x.shape[0] }, (_, i) => i % classes));
  return {
    model,
    optimizer,
    async step() {
      optimizer.zeroGrad();
      const loss = crossEntropyLoss(model.forward(x), labels);
      loss.backward();
      await optimizer.step();
      return loss;
    },
  };
}
