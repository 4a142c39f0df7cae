import {
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  ConvTranspose2d,
  crossEntropyLoss,
  device,
  Flatten,
  GELU,
  grad,
  LayerNorm,
  Linear,
  MaxPool2d,
  Sequential,
  Softplus,
  Tanh,
  tensor,
  TransformerEncoderLayer,
  type Tensor,
} from '../../../src';

type Shape = readonly number[];

/** Networks for three classes, and the sizes of what they take. */
const networks: Readonly<Record<string, () => readonly [Sequential, Shape]>> = {
  mlp: () => [new Sequential(new Linear(6, 8), new Tanh(), new LayerNorm(8), new GELU(), new Linear(8, 3)), [5, 6]],
  convolutions: () => [
    new Sequential(
      new Conv2d(1, 3, 3, { stride: 2 }),
      new BatchNorm2d(3),
      new Softplus(),
      new AvgPool2d(2),
      new Flatten(),
      new Linear(12, 3),
    ),
    [4, 1, 10, 10],
  ],
  transposed: () => [
    new Sequential(
      new ConvTranspose2d(2, 3, 3, { stride: 2 }),
      new Tanh(),
      new MaxPool2d(3),
      new Flatten(),
      new Linear(27, 3),
    ),
    [3, 2, 4, 4],
  ],
  attention: () => [
    new Sequential(
      new TransformerEncoderLayer(6, 2, { dimFeedforward: 8, dropout: 0, batchFirst: true, activation: 'gelu' }),
      new Flatten(),
      new Linear(24, 3),
    ),
    [2, 4, 6],
  ],
};

/** A loss with the square of the gradient of its input in it: how far its gradients are off, as a share of the largest. */
export async function penalties(name: string) {
  const [wanted, found] = [await computed('reference64'), await computed(name)];
  return Object.keys(networks).map((network) => {
    const gaps = Object.entries(wanted[network]).map(([path, values]) => gap(found[network][path], values));
    return { network, parameters: gaps.length, gap: Math.max(...gaps) };
  });
}

function gap(found: readonly number[], wanted: readonly number[]): number {
  const largest = Math.max(1e-3, ...wanted.map(Math.abs));
  return Math.max(...wanted.map((value, i) => Math.abs(value - found[i]))) / largest;
}

async function computed(where: string) {
  await device(where);
  const gradients: Record<string, Record<string, number[]>> = {};
  for (const [network, make] of Object.entries(networks)) gradients[network] = await penalised(...make());
  return gradients;
}

async function penalised(model: Sequential, shape: Shape): Promise<Record<string, number[]>> {
  const saved = Object.entries(model.stateDict()).map(([path, value], i) => [path, filled(value, i)] as const);
  model.loadStateDict(Object.fromEntries(saved));
  const x = wave(shape, 1);
  x.requiresGrad = true;
  const labels = tensor(Int32Array.from({ length: shape[0] }, (_, i) => i % 3));
  const loss = crossEntropyLoss(model.forward(x), labels);
  const [slope] = grad(loss, [x], { createGraph: true });
  loss.add(slope.square().sum()).backward();
  const gradients: Record<string, number[]> = {};
  for (const [path, parameter] of model.namedParameters()) gradients[path] = [...(await parameter.grad!.data())];
  return gradients;
}

/** Counts and variances stay as they are. */
const filled = (value: Tensor, i: number) => (value.dtype === 'float32' ? wave(value.shape, i).abs().add(0.1) : value);

/** The same numbers everywhere. */
function wave(shape: Shape, seed: number): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float32Array.from({ length }, (_, i) => Math.sin(i * (1.3 + (i % 7)) + seed) / 2),
    { shape },
  );
}
