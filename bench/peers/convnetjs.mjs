// convnetjs: one example at a time in float64, with derivatives written by hand for each layer.
import convnetjs from 'convnetjs';

export const open = () => ({ ...convnetjs, classify, examples, network });

/** It has no tensors: workloads fill its layers from the plain arrays. */
export const tensors = (_, data) => data;

/** A network of these layers, of which those with weights hold the given ones instead of random ones. */
function network(layers, weights) {
  const net = new convnetjs.Net();
  net.makeLayers(layers);
  const weighted = net.layers.filter(({ layer_type }) => layer_type === 'fc' || layer_type === 'conv');
  const names = Object.keys(weights).filter((name) => name.endsWith('.weight'));
  weighted.forEach((layer, i) => {
    const rows = channelsLast(weights[names[i]]);
    layer.filters.forEach(({ w }, row) => w.set(rows[row]));
    layer.biases.w.set(weights[names[i].replace('weight', 'bias')].values);
  });
  return net;
}

/** The rows of [N, channels, height, width], or of a matrix, each as its volumes hold it: [height, width, channels]. */
function channelsLast({ shape: [rows, channels, height = 1, width = 1], values }) {
  const area = height * width;
  const size = channels * area;
  return Array.from({ length: rows }, (_, row) =>
    Float64Array.from(
      { length: size },
      (_, k) => values[row * size + (k % channels) * area + Math.floor(k / channels)],
    ),
  );
}

/** The rows as volumes. */
function examples(x) {
  const [, channels, height = 1, width = 1] = x.shape;
  return channelsLast(x).map((row) => {
    const volume = new convnetjs.Vol(width, height, channels, 0);
    volume.w.set(row);
    return volume;
  });
}

/** A step of a network that ends in softmax: cross entropy and Adam(1e-3). */
function classify(net, x, y) {
  const [batch, update] = [examples(x), adam(net, 1e-3)];
  return () => {
    let loss = 0;
    for (let i = 0; i < batch.length; i++) {
      net.forward(batch[i], true);
      loss += net.backward(y.values[i]);
    }
    update(batch.length);
    return loss / batch.length;
  };
}

/** Adam, which version 0.3.0 lacks: a function that updates the network from the gradients of `count` examples. */
function adam(net, lr) {
  const parts = net.getParamsAndGrads().map(({ params, grads }) => ({
    params,
    grads,
    mean: new Float64Array(params.length),
    square: new Float64Array(params.length),
  }));
  let step = 0;
  return (count) => {
    step++;
    const [rate, correction] = [lr / (1 - 0.9 ** step), 1 / (1 - 0.999 ** step)];
    for (const { params, grads, mean, square } of parts)
      for (let i = 0; i < params.length; i++) {
        const g = grads[i] / count;
        mean[i] = 0.9 * mean[i] + 0.1 * g;
        square[i] = 0.999 * square[i] + 0.001 * g * g;
        params[i] -= (rate * mean[i]) / (Math.sqrt(square[i] * correction) + 1e-8);
        grads[i] = 0;
      }
  };
}
