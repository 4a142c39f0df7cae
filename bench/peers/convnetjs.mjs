// convnetjs: one example at a time in float64, with derivatives written by hand for each layer.
import convnetjs from 'convnetjs';

export const open = () => ({ ...convnetjs, adam, examples, network });

/** It has no tensors: workloads fill its layers from the plain arrays. */
export const tensors = (_, data) => data;

/** A network of these layers, whose fully connected ones hold the given weights instead of random ones. */
function network(layers, weights) {
  const net = new convnetjs.Net();
  net.makeLayers(layers);
  const dense = net.layers.filter(({ layer_type }) => layer_type === 'fc');
  const names = Object.keys(weights).filter((name) => name.endsWith('.weight'));
  dense.forEach((layer, i) => {
    const { shape, values } = weights[names[i]];
    layer.filters.forEach(({ w }, row) => w.set(values.subarray(row * shape[1], (row + 1) * shape[1])));
    layer.biases.w.set(weights[names[i].replace('weight', 'bias')].values);
  });
  return net;
}

/** The rows of a matrix as volumes. */
const examples = ({ shape: [rows, width], values }) =>
  Array.from({ length: rows }, (_, row) => {
    const volume = new convnetjs.Vol(1, 1, width, 0);
    volume.w.set(values.subarray(row * width, (row + 1) * width));
    return volume;
  });

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
