// A step of an LSTM of 64 units on 32 sequences of 50 steps of 8 numbers, a linear layer on its last output; mean squared
// error, Adam(1e-3), the loss read back.
import { trainingStep } from '../peers/decograd.mjs';
import { linear, normal, uniform } from '../random.mjs';

const [inputs, units] = [8, 64];
const recurrent = (shape) => uniform(shape, -1 / Math.sqrt(units), 1 / Math.sqrt(units));

export const workloads = [
  {
    name: 'lstm',
    title: 'LSTM step',
    data: {
      x: normal([32, 50, inputs]),
      y: normal([32, 1]),
      weight_ih_l0: recurrent([4 * units, inputs]),
      weight_hh_l0: recurrent([4 * units, units]),
      bias_ih_l0: recurrent([4 * units]),
      bias_hh_l0: recurrent([4 * units]),
      ...linear('head', units, 1),
    },
    peers: {
      decograd({ Adam, Linear, LSTM, mseLoss }, { x, y, 'head.weight': weight, 'head.bias': bias, ...weights }) {
        const [lstm, head] = [new LSTM(inputs, units, { batchFirst: true }), new Linear(units, 1)];
        lstm.loadStateDict(weights);
        head.loadStateDict({ weight, bias });
        const optimizer = new Adam([...lstm.parameters(), ...head.parameters()], { lr: 1e-3 });
        return { step: trainingStep(optimizer, () => mseLoss(head.forward(lstm.forward(x)[0].select(1, -1)), y)) };
      },
    },
  },
];
