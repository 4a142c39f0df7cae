// TensorFlow.js on its WebAssembly backend, which has no threads in Node.
import tf from '@tensorflow/tfjs';

export const open = () => openOn('wasm');

export async function openOn(backend) {
  await import(`@tensorflow/tfjs-backend-${backend}`);
  await tf.setBackend(backend);
  return { tf, adamw, dense, minimizer, variables };
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

function read(cost) {
  const [value] = cost.dataSync();
  cost.dispose();
  return value;
}

/** A step of all variables that reads the loss back. */
const minimizer = (optimizer, loss) => () => read(optimizer.minimize(loss, true));

/** As `minimizer`, by AdamW, which it lacks: its Adam, and what was there before decays. */
function adamw(loss, weights, lr, decay) {
  const adam = tf.train.adam(lr, 0.9, 0.999, 1e-8);
  return () => {
    const { value, grads } = adam.computeGradients(loss);
    tf.tidy(() => Object.values(weights).forEach((w) => w.assign(w.mul(1 - lr * decay))));
    adam.applyGradients(grads);
    tf.dispose(grads);
    return read(value);
  };
}
