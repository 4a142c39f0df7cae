// A step of a CNN on 64 images of 28 by 28: twice convolution 3 by 3 without padding, ReLU and max pooling, then a linear
// layer; mean cross entropy, Adam(1e-3), the loss read back.
import { trainingStep } from '../peers/decograd.mjs';
import { convolution, integers, linear, uniform } from '../random.mjs';

export const workloads = [
  {
    name: 'cnn',
    title: 'CNN step',
    data: {
      x: uniform([64, 1, 28, 28], 0, 1),
      y: integers([64], 10),
      ...convolution('0', 1, 16, 3),
      ...convolution('3', 16, 32, 3),
      ...linear('7', 800, 10),
    },
    peers: {
      decograd({ Adam, Conv2d, crossEntropyLoss, Flatten, Linear, MaxPool2d, ReLU, Sequential }, { x, y, ...weights }) {
        const block = (inputs, outputs) => [new Conv2d(inputs, outputs, 3), new ReLU(), new MaxPool2d(2)];
        const model = new Sequential(...block(1, 16), ...block(16, 32), new Flatten(), new Linear(800, 10));
        model.loadStateDict(weights);
        const optimizer = new Adam(model, { lr: 1e-3 });
        return { step: trainingStep(optimizer, () => crossEntropyLoss(model.forward(x), y)) };
      },
      tfjs({ tf, minimizer, variables }, { x, y, ...weights }) {
        // images and kernels with channels last
        const images = x.transpose([0, 2, 3, 1]);
        const { '0.weight': first, '3.weight': second, '7.weight': last, ...biases } = weights;
        const w = { ...variables(biases), first: tf.variable(first.transpose([2, 3, 1, 0])), second: tf.variable(second.transpose([2, 3, 1, 0])) }; // prettier-ignore
        w.last = tf.variable(last.reshape([10, 32, 5, 5]).transpose([2, 3, 1, 0]).reshape([800, 10]));
        const target = tf.oneHot(y, 10).toFloat();
        const block = (h, kernel, bias) =>
          tf.maxPool(tf.relu(tf.add(tf.conv2d(h, kernel, 1, 'valid'), bias)), 2, 2, 'valid');
        const loss = () => {
          const h = block(block(images, w.first, w['0.bias']), w.second, w['3.bias']).reshape([64, 800]);
          return tf.losses.softmaxCrossEntropy(target, tf.add(tf.matMul(h, w.last), w['7.bias']));
        };
        return { step: minimizer(tf.train.adam(1e-3, 0.9, 0.999, 1e-8), loss) };
      },
    },
  },
];
