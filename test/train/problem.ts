import {
  DataLoader,
  Dropout,
  Linear,
  manualSeed,
  module,
  Module,
  mseLoss,
  randn,
  SGD,
  TensorDataset,
  Trainer,
  type Callback,
  type History,
  type Metric,
  type Tensor,
  type TrainerOptions,
} from 'decograd';

/** A small network with a random part, so that equal numbers mean equal draws as well. */
@module
export class Net extends Module {
  readonly hidden = new Linear(3, 8);
  readonly dropout = new Dropout(0.25);
  readonly output = new Linear(8, 2);
  forward(x: Tensor): Tensor {
    return this.output.forward(this.dropout.forward(this.hidden.forward(x).tanh()));
  }
}

/** Ten samples, so that batches of four end with a short one. */
export function samples(): [Tensor, Tensor] {
  const x = randn([10, 3]);
  return [x, x.matmul(randn([3, 2])).detach()];
}

export const absoluteError: Metric = (output: Tensor, target: Tensor) => output.sub(target).abs().mean();

/** Everything made from one seed. */
export function problem(options: Partial<TrainerOptions> = {}, seed = 3) {
  manualSeed(seed);
  const model = new Net();
  const [x, y] = samples();
  const optimizer = new SGD(model, { lr: 0.1, momentum: 0.9 });
  const trainer = new Trainer(model, { optimizer, loss: mseLoss, metrics: { absoluteError }, ...options });
  const dataset = new TensorDataset(x, y);
  const loader = new DataLoader(dataset, { batchSize: 4 });
  return { model, optimizer, trainer, x, y, dataset, loader };
}

/** Without the time, which differs. */
export function timeless({ epochs, ...rest }: History) {
  return { ...rest, epochs: epochs.map(({ seconds: _, ...record }) => record) };
}

export async function weights(model: Module): Promise<Record<string, number[]>> {
  const entries = model.namedParameters().map(async ([path, p]) => [path, [...(await p.data())]] as [string, number[]]);
  return Object.fromEntries(await Promise.all(entries));
}

/** A callback that writes every event down, after a turn of the event loop. */
export function recorder(log: string[], name = ''): Callback {
  const note = async (text: string) => {
    await new Promise((resolve) => setTimeout(resolve));
    log.push(name + text);
  };
  return {
    onFitStart: (run) => note(`fit of ${run.epochs}`),
    onEpochStart: (run) => note(`epoch ${run.epoch}`),
    onBatchEnd: (run, { batch, size }) => note(`batch ${batch} of ${size}, step ${run.step}`),
    onEpochEnd: (run, record) => note(`epoch ${record.epoch} done, ${run.history.epochs.length} in history`),
    onFitEnd: (run) => note(`fit done at ${run.epoch}`),
  };
}
