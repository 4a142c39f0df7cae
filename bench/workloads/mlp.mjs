// A step of an MLP 784-256-128-10 with ReLU on one batch of 128: mean cross entropy, Adam(1e-3), the loss read back.
import { trainingStep } from '../peers/decograd.mjs';
import { integers, linear, uniform } from '../random.mjs';

export const workloads = [
  {
    name: 'mlp',
    title: 'MLP step',
    isModel: true,
    data: {
      x: uniform([128, 784], 0, 1),
      y: integers([128], 10),
      ...linear('0', 784, 256),
      ...linear('2', 256, 128),
      ...linear('4', 128, 10),
    },
    peers: {
      decograd({ Adam, crossEntropyLoss, Linear, ReLU, Sequential }, { x, y, ...weights }) {
        const model = new Sequential(new Linear(784, 256), new ReLU(), new Linear(256, 128), new ReLU(), new Linear(128, 10)); // prettier-ignore
        model.loadStateDict(weights);
        const optimizer = new Adam(model, { lr: 1e-3 });
        return { step: trainingStep(optimizer, () => crossEntropyLoss(model.forward(x), y)) };
      },
      tfjs({ tf, dense, minimizer, variables }, { x, y, ...weights }) {
        const w = variables(weights);
        const target = tf.oneHot(y, 10).toFloat();
        const logits = () => dense(w, '4', tf.relu(dense(w, '2', tf.relu(dense(w, '0', x)))));
        const loss = () => tf.losses.softmaxCrossEntropy(target, logits());
        return { step: minimizer(tf.train.adam(1e-3, 0.9, 0.999, 1e-8), loss) };
      },
      'jax-js'({ adam, dense, nn, transposed }, { x, y, ...weights }) {
        const loss = (w, x, y) => {
          const logits = dense(w, '4', nn.relu(dense(w, '2', nn.relu(dense(w, '0', x)))));
          return nn.logSoftmax(logits, -1).mul(y).sum(-1).mean().neg();
        };
        return { step: adam(loss, transposed(weights), x, nn.oneHot(y, 10), 1e-3) };
      },
      convnetjs({ classify, network }, { x, y, ...weights }) {
        const layers = [
          { type: 'input', out_sx: 1, out_sy: 1, out_depth: 784 },
          { type: 'fc', num_neurons: 256, activation: 'relu' },
          { type: 'fc', num_neurons: 128, activation: 'relu' },
          { type: 'softmax', num_classes: 10 },
        ];
        return { step: classify(network(layers, weights), x, y) };
      },
    },
  },
];
