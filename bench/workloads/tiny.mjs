// A step of Linear(4, 8), tanh, Linear(8, 1) on one batch of 32: mean squared error, SGD(0.01), the loss read back.
import { trainingStep } from '../peers/decograd.mjs';
import { linear, normal } from '../random.mjs';

export const workloads = [
  {
    name: 'tiny',
    title: 'tiny model step',
    data: { x: normal([32, 4]), y: normal([32, 1]), ...linear('0', 4, 8), ...linear('2', 8, 1) },
    peers: {
      decograd({ Linear, mseLoss, Sequential, SGD, Tanh }, { x, y, ...weights }) {
        const model = new Sequential(new Linear(4, 8), new Tanh(), new Linear(8, 1));
        model.loadStateDict(weights);
        const optimizer = new SGD(model, { lr: 0.01 });
        return { step: trainingStep(optimizer, () => mseLoss(model.forward(x), y)) };
      },
      tfjs({ tf, dense, minimizer, variables }, { x, y, ...weights }) {
        const w = variables(weights);
        const loss = () => tf.losses.meanSquaredError(y, dense(w, '2', tf.tanh(dense(w, '0', x))));
        return { step: minimizer(tf.train.sgd(0.01), loss) };
      },
      'jax-js'({ dense, numpy, sgd, transposed }, { x, y, ...weights }) {
        const loss = (w, x, y) => {
          const error = dense(w, '2', numpy.tanh(dense(w, '0', x))).sub(y);
          return error.ref.mul(error).mean();
        };
        return { step: sgd(loss, transposed(weights), x, y, 0.01) };
      },
      convnetjs({ examples, network, Trainer }, { x, y, ...weights }) {
        const layers = [
          { type: 'input', out_sx: 1, out_sy: 1, out_depth: 4 },
          { type: 'fc', num_neurons: 8, activation: 'tanh' },
          { type: 'regression', num_neurons: 1 },
        ];
        const net = network(layers, weights);
        // Its gradient is that of half the squared error, so that the rate is twice ours; its loss is twice the squared error.
        const sgd = { method: 'sgd', learning_rate: 0.02, momentum: 0, batch_size: 32 };
        const trainer = new Trainer(net, sgd);
        const batch = examples(x);
        const targets = Array.from(y.values, (value) => [value]);
        return {
          step() {
            let loss = 0;
            for (let i = 0; i < batch.length; i++) loss += trainer.train(batch[i], targets[i]).cost_loss / 2;
            return loss / batch.length;
          },
        };
      },
    },
  },
];
