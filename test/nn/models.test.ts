import { beforeAll, describe, expect, it } from 'vitest';
import { AdamW, BatchNorm2d, Conv2d, crossEntropyLoss, device, LayerNorm, Linear, LSTM, MaxPool2d, module, Module, mseLoss, tensor, TransformerEncoder, TransformerEncoderLayer, type Tensor } from 'decograd'; // prettier-ignore
import fixtures from '../fixtures/models.json';
import { devices } from '../ops/devices';

// The models of test/oracle/models.py.
@module
class Forecast extends Module {
  readonly lstm = new LSTM(3, 8, { numLayers: 2, batchFirst: true });
  readonly head = new Linear(8, 1);
  forward(x: Tensor): Tensor {
    return this.head.forward(this.lstm.forward(x)[0].select(1, -1));
  }
}
@module
class Digits extends Module {
  readonly conv1 = new Conv2d(1, 4, 3, { padding: 1 });
  readonly norm1 = new BatchNorm2d(4);
  readonly conv2 = new Conv2d(4, 6, 3, { stride: 2 });
  readonly norm2 = new BatchNorm2d(6);
  readonly head = new Linear(6, 4);
  readonly pool = new MaxPool2d(2);
  forward(x: Tensor): Tensor {
    const first = this.pool.forward(this.norm1.forward(this.conv1.forward(x)).relu());
    const second = this.norm2.forward(this.conv2.forward(first)).relu();
    return this.head.forward(second.mean([2, 3]) as Tensor);
  }
}
@module
class Letters extends Module {
  readonly inputs = new Linear(5, 8);
  readonly encoder = new TransformerEncoder(new TransformerEncoderLayer(8, 2, { dimFeedforward: 16, dropout: 0, batchFirst: true }), 2, { norm: new LayerNorm(8) }); // prettier-ignore
  readonly head = new Linear(8, 5);
  forward(x: Tensor): Tensor {
    const encoded = this.encoder.forward(this.inputs.forward(x), { isCausal: true });
    return this.head.forward(encoded).flatten(0, 1);
  }
}

const models: Record<string, new () => Module & { forward(x: Tensor): Tensor }> = { Forecast, Digits, Letters };
const losses: Record<string, (output: Tensor, target: Tensor) => Tensor> = { mse_loss: mseLoss, cross_entropy: crossEntropyLoss }; // prettier-ignore
const listed = ({ shape, dtype, values }: { shape: number[]; dtype: string; values: number[] }) =>
  tensor(values, { shape, dtype: dtype as 'float32' | 'int32' });

describe.each(devices)('twenty steps of AdamW have the losses of PyTorch %s', (name) => {
  beforeAll(() => device(name));

  it.each(fixtures.cases.map((sample) => ({ model: sample.name, sample })))('$model', async ({ sample }) => {
    const model = new models[sample.name]!();
    const state = Object.entries(sample.state).map(([key, value]) => [key, listed(value)] as const);
    model.loadStateDict(Object.fromEntries(state));
    const optimizer = new AdamW(model, { lr: 1e-2 });
    const [x, y] = [listed(sample.x), listed(sample.y)];
    for (const [step, wanted] of sample.losses.entries()) {
      optimizer.zeroGrad();
      const loss = losses[sample.loss]!(model.forward(x), y);
      loss.backward();
      await optimizer.step();
      expect(Math.abs((await loss.item()) - wanted), `step ${step}`).toBeLessThanOrEqual(1e-4);
    }
    expect(sample.losses.at(-1)!).toBeLessThan(0.9 * sample.losses[0]!);
  });
});
