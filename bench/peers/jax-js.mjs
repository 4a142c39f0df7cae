// jax-js on its WebAssembly backend; its threads need a Worker as browsers have it, so that Node has one thread.
// Every function takes its arguments over; `x.ref` keeps one. A step is one `jit`: loss, gradients and update.
import './iterator-methods.mjs';
import * as jax from '@jax-js/jax';

const { defaultDevice, init, jit, numpy, tree, valueAndGrad } = jax;

export async function open() {
  await init('wasm');
  defaultDevice('wasm');
  return { ...jax, adam, dense, sgd, transposed };
}

export const tensors = (_, data) =>
  Object.fromEntries(
    Object.entries(data).map(([name, { shape, values }]) => [
      name,
      numpy.array(values, { shape, dtype: values instanceof Int32Array ? numpy.int32 : numpy.float32 }),
    ]),
  );

const dense = (weights, name, x) => numpy.matmul(x, weights[`${name}.weight`]).add(weights[`${name}.bias`]);

/** Weights of linear layers as [in, out]. */
const transposed = (weights) => tree.map((w) => (w.shape.length === 2 ? w.transpose() : w), weights);

/** A step of all parameters that reads the loss back. */
function sgd(loss, parameters, x, y, lr) {
  const update = jit((parameters, x, y) => {
    const [cost, gradients] = valueAndGrad(loss)(tree.ref(parameters), x, y);
    return [tree.map((p, g) => p.sub(g.mul(lr)), parameters, gradients), cost];
  });
  return async () => {
    const [next, cost] = update(parameters, x.ref, y.ref);
    parameters = next;
    return (await cost.data())[0];
  };
}

/** As `sgd`; with `decay` it is AdamW. The corrections of the averages are arrays, so that a step compiles nothing. */
function adam(loss, parameters, x, y, lr, decay = 0) {
  const update = jit((parameters, means, squares, corrections, x, y) => {
    const [cost, gradients] = valueAndGrad(loss)(tree.ref(parameters), x, y);
    const [p, m, s] = [{}, {}, {}];
    for (const [name, g] of Object.entries(gradients)) {
      m[name] = means[name].mul(0.9).add(g.ref.mul(0.1));
      s[name] = squares[name].mul(0.999).add(g.ref.mul(g).mul(0.001));
      const root = numpy.sqrt(s[name].ref.mul(corrections[1].ref)).add(1e-8);
      const decayed = decay === 0 ? parameters[name] : parameters[name].mul(1 - lr * decay);
      p[name] = decayed.sub(m[name].ref.mul(corrections[0].ref).div(root).mul(lr));
    }
    corrections.forEach((correction) => correction.dispose());
    return [p, m, s, cost];
  });
  const zeros = () => tree.map((w) => numpy.zerosLike(w.ref), parameters);
  let [means, squares, step] = [zeros(), zeros(), 0];
  return async () => {
    step++;
    const corrections = [0.9, 0.999].map((beta) => numpy.array(1 / (1 - beta ** step)));
    const [p, m, s, cost] = update(parameters, means, squares, corrections, x.ref, y.ref);
    [parameters, means, squares] = [p, m, s];
    return (await cost.data())[0];
  };
}
