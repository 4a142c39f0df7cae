// TensorFlow.js on its WebAssembly backend, which has no threads in Node.
import tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';

export async function open() {
  await tf.setBackend('wasm');
  return { tf, dense, minimizer, variables };
}

export const tensors = (_, data) =>
  Object.fromEntries(
    Object.entries(data).map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32'),
    ]),
  );

/** What is trained. Its weights are stored as [in, out]: it multiplies transposed matrices many times slower. */
const variables = (weights) =>
  Object.fromEntries(Object.entries(weights).map(([name, w]) => [name, tf.variable(w.rank === 2 ? w.transpose() : w)]));

const dense = (weights, name, x) => tf.add(tf.matMul(x, weights[`${name}.weight`]), weights[`${name}.bias`]);

/** A step of all variables that reads the loss back. */
const minimizer = (optimizer, loss) => () => {
  const cost = optimizer.minimize(loss, true);
  const [value] = cost.dataSync();
  cost.dispose();
  return value;
};
