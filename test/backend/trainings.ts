import { expect } from 'vitest';
import {
  Adam,
  BatchNorm2d,
  Conv2d,
  crossEntropyLoss,
  device,
  Dropout,
  Flatten,
  GELU,
  Linear,
  manualSeed,
  MaxPool2d,
  mseLoss,
  randn,
  ReLU,
  Sequential,
  SGD,
  tensor,
  type Module,
  type Optimizer,
  type Tensor,
} from 'decograd';
import { currentDevice } from '../../src/graph/recorder';

type Model = Module & { forward(x: Tensor): Tensor };

/** A model in training on one batch of random numbers. */
export interface Training {
  readonly model: Model;
  readonly optimizer: Optimizer<any>;
  /** One step; its loss. */
  step(): Promise<number>;
}

export function training(
  model: Model,
  optimizer: Optimizer<any>,
  x: Tensor,
  y: Tensor,
  lossOf: (output: Tensor, y: Tensor) => Tensor,
): Training {
  const step = async (): Promise<number> => {
    optimizer.zeroGrad();
    const loss = lossOf(model.forward(x), y);
    loss.backward();
    await optimizer.step();
    return loss.item();
  };
  return { model, optimizer, step };
}

export function mlp(p = 0.2): Training {
  manualSeed(0);
  const model = new Sequential(new Linear(20, 32), new GELU(), new Dropout(p), new Linear(32, 5));
  return training(model, new Adam(model.parameters(), { lr: 0.01 }), randn([16, 20]), randn([16, 5]), mseLoss);
}

export function cnn(): Training {
  manualSeed(0);
  const model = new Sequential(
    new Conv2d(1, 4, 3, { padding: 1 }),
    new BatchNorm2d(4),
    new ReLU(),
    new MaxPool2d(2),
    new Conv2d(4, 6, 3, { stride: 2 }),
    new ReLU(),
    new Flatten(),
    new Linear(54, 5),
  );
  const optimizer = new SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
  return training(
    model,
    optimizer,
    randn([8, 1, 14, 14]),
    tensor([0, 1, 2, 3, 4, 0, 1, 2], { dtype: 'int32' }),
    crossEntropyLoss,
  );
}

export async function losses({ step }: Training, count: number): Promise<number[]> {
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push(await step());
  return list;
}

/** The same on the CPU; the current device is the current one again. */
export async function onCpu<T>(run: () => Promise<T>): Promise<T> {
  const before = currentDevice();
  await device('wasm');
  const result = await run();
  await device(before);
  return result;
}

export const close = (a: readonly number[], b: readonly number[]): void =>
  a.forEach((x, i) => expect(Math.abs(x - b[i])).toBeLessThan(1e-5));
