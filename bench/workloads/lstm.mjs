// A step of an LSTM of 64 units on 32 sequences of 50 steps of 8 numbers, a linear layer on its last output; mean squared
// error, Adam(1e-3), the loss read back.
import { renamed, trainingStep } from '../peers/decograd.mjs';
import { linear, normal, uniform } from '../random.mjs';

const [batch, length, inputs, units] = [32, 50, 8, 64];
const recurrent = (shape) => uniform(shape, -1 / Math.sqrt(units), 1 / Math.sqrt(units));

export const workloads = [
  {
    name: 'lstm',
    title: 'LSTM step',
    isModel: true,
    data: {
      x: normal([batch, length, inputs]),
      y: normal([batch, 1]),
      weight_ih_l0: recurrent([4 * units, inputs]),
      weight_hh_l0: recurrent([4 * units, units]),
      bias_ih_l0: recurrent([4 * units]),
      bias_hh_l0: recurrent([4 * units]),
      ...linear('head', units, 1),
    },
    peers: {
      decograd({ Adam, Linear, LSTM, Module, module, mseLoss }, { x, y, ...weights }) {
        const Model = module(
          class Model extends Module {
            lstm = new LSTM(inputs, units, { batchFirst: true });
            head = new Linear(units, 1);

            forward(x) {
              const [output] = this.lstm.forward(x);
              return this.head.forward(output.select(1, -1));
            }
          },
        );
        const model = new Model();
        model.loadStateDict(renamed(weights, /^(weight|bias)_/, 'lstm.$&'));
        const optimizer = new Adam(model, { lr: 1e-3 });
        return { step: trainingStep(optimizer, () => mseLoss(model.forward(x), y)) };
      },
      tfjs({ tf, dense, minimizer, variables }, { x, y, ...weights }) {
        const w = variables(weights);
        const loss = () => {
          const bias = w.bias_ih_l0.add(w.bias_hh_l0);
          const read = tf.matMul(x.reshape([batch * length, inputs]), w.weight_ih_l0).add(bias);
          let [h, c] = [tf.zeros([batch, units]), tf.zeros([batch, units])];
          for (const step of tf.unstack(read.reshape([batch, length, 4 * units]), 1)) {
            const [i, f, g, o] = tf.split(step.add(tf.matMul(h, w.weight_hh_l0)), 4, 1);
            c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
            h = o.sigmoid().mul(c.tanh());
          }
          return tf.losses.meanSquaredError(y, dense(w, 'head', h));
        };
        return { step: minimizer(tf.train.adam(1e-3, 0.9, 0.999, 1e-8), loss) };
      },
      'jax-js'({ adam, dense, nn, numpy, transposed }, { x, y, ...weights }) {
        const loss = (w, x, y) => {
          const bias = w.bias_ih_l0.add(w.bias_hh_l0);
          const read = numpy.matmul(x, w.weight_ih_l0).add(bias);
          let [h, c] = [numpy.zeros([batch, units]), numpy.zeros([batch, units])];
          for (const step of numpy.split(read, length, 1)) {
            const gates = step.reshape([batch, 4 * units]).add(numpy.matmul(h, w.weight_hh_l0.ref));
            const [i, f, g, o] = numpy.split(gates, 4, 1);
            c = nn
              .sigmoid(f)
              .mul(c)
              .add(nn.sigmoid(i).mul(numpy.tanh(g)));
            h = nn.sigmoid(o).mul(numpy.tanh(c.ref));
          }
          const error = dense(w, 'head', h).sub(y);
          return error.ref.mul(error).mean();
        };
        return { step: adam(loss, transposed(weights), x, y, 1e-3) };
      },
    },
  },
];
