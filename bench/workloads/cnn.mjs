// A step of a CNN on 64 images of 28 by 28: twice convolution 3 by 3 without padding, ReLU and max pooling, then a linear
// layer; mean cross entropy, Adam(1e-3), the loss read back.
import { trainingStep } from '../peers/decograd.mjs';
import { convolution, integers, linear, uniform } from '../random.mjs';

const decograd =
  (narrow, wide) =>
  ({ Adam, Conv2d, crossEntropyLoss, Flatten, Linear, MaxPool2d, ReLU, Sequential }, { x, y, ...weights }) => {
    const block = (inputs, outputs) => [new Conv2d(inputs, outputs, 3), new ReLU(), new MaxPool2d(2)];
    const model = new Sequential(...block(1, narrow), ...block(narrow, wide), new Flatten(), new Linear(25 * wide, 10));
    model.loadStateDict(weights);
    const optimizer = new Adam(model, { lr: 1e-3 });
    return { step: trainingStep(optimizer, () => crossEntropyLoss(model.forward(x), y)) };
  };

/** Its WebAssembly backend cannot do it, which the notes of the report say; the plain one can. */
const tfjs =
  (wide) =>
  ({ tf, minimizer, variables }, { x, y, ...weights }) => {
    // images and kernels with channels last
    const images = x.transpose([0, 2, 3, 1]);
    const { '0.weight': first, '3.weight': second, '7.weight': last, ...biases } = weights;
    const w = { ...variables(biases), first: tf.variable(first.transpose([2, 3, 1, 0])), second: tf.variable(second.transpose([2, 3, 1, 0])) }; // prettier-ignore
    w.last = tf.variable(
      last
        .reshape([10, wide, 5, 5])
        .transpose([2, 3, 1, 0])
        .reshape([25 * wide, 10]),
    );
    const target = tf.oneHot(y, 10).toFloat();
    const block = (h, kernel, bias) =>
      tf.maxPool(tf.relu(tf.add(tf.conv2d(h, kernel, 1, 'valid'), bias)), 2, 2, 'valid');
    const loss = () => {
      const h = block(block(images, w.first, w['0.bias']), w.second, w['3.bias']).reshape([-1, 25 * wide]);
      return tf.losses.softmaxCrossEntropy(target, tf.add(tf.matMul(h, w.last), w['7.bias']));
    };
    return { step: minimizer(tf.train.adam(1e-3, 0.9, 0.999, 1e-8), loss) };
  };

// The convolution is the library's; slices and a product, written by hand, would take a ninth of its time.
const jaxJs =
  (wide) =>
  ({ adam, dense, lax, nn, numpy, transposed }, { x, y, ...weights }) => {
    const block = (w, name, h) => {
      const bias = w[`${name}.bias`].reshape([1, -1, 1, 1]);
      const positive = nn.relu(lax.conv(h, w[`${name}.weight`], [1, 1], 'VALID').add(bias));
      return lax.reduceWindow(positive, numpy.max, [2, 2], [2, 2]);
    };
    const loss = (w, x, y) => {
      const logits = dense(w, '7', block(w, '3', block(w, '0', x)).reshape([-1, 25 * wide]));
      return nn.logSoftmax(logits, -1).mul(y).sum(-1).mean().neg();
    };
    return { step: adam(loss, transposed(weights), x, nn.oneHot(y, 10), 1e-3) };
  };

const convnet =
  (narrow, wide) =>
  ({ classify, network }, { x, y, ...weights }) => {
    const layers = [
      { type: 'input', out_sx: 28, out_sy: 28, out_depth: 1 },
      { type: 'conv', sx: 3, filters: narrow, activation: 'relu' },
      { type: 'pool', sx: 2, stride: 2 },
      { type: 'conv', sx: 3, filters: wide, activation: 'relu' },
      { type: 'pool', sx: 2, stride: 2 },
      { type: 'softmax', num_classes: 10 },
    ];
    const last = { ...weights['7.weight'], shape: [10, wide, 5, 5] };
    return { step: classify(network(layers, { ...weights, '7.weight': last }), x, y) };
  };

/** The workload, by default with the sizes of the table: so many images and channels, twice as many after the second kernel. */
export function cnn({ batch = 64, channels: narrow = 16 } = {}) {
  const wide = 2 * narrow;
  return {
    name: 'cnn',
    title: 'CNN step',
    isModel: true,
    data: {
      x: uniform([batch, 1, 28, 28], 0, 1),
      y: integers([batch], 10),
      ...convolution('0', 1, narrow, 3),
      ...convolution('3', narrow, wide, 3),
      ...linear('7', 25 * wide, 10),
    },
    peers: {
      decograd: decograd(narrow, wide),
      tfjs: tfjs(wide),
      'tfjs-cpu': tfjs(wide),
      'jax-js': jaxJs(wide),
      convnetjs: convnet(narrow, wide),
    },
  };
}

export const workloads = [cnn()];
