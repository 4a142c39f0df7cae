// sum(gelu_tanh(x * y + z)) over a million elements: its value, and its gradients with respect to x, y and z.
import { normal } from '../random.mjs';

const size = 1_000_000;

/** The value, and three elements of each gradient. */
const compared = (value, gradients) => [
  value,
  ...gradients.flatMap((list) => [0, 333_333, 999_999].map((i) => list[i])),
];

export const workloads = [
  {
    name: 'gelu',
    title: 'gelu chain, forward and backward',
    // They add a million float32 numbers one after the other: their sum, not their gradients, is off by so much.
    tolerances: { tfjs: 2e-3, 'jax-js': 2e-3 },
    data: { x: normal([size]), y: normal([size]), z: normal([size]) },
    peers: {
      decograd(_, { x, y, z }) {
        const leaves = [x, y, z];
        for (const leaf of leaves) leaf.requiresGrad = true;
        let value;
        return {
          async step() {
            for (const leaf of leaves) leaf.grad = null;
            const sum = x.mul(y).add(z).gelu('tanh').sum();
            sum.backward(); // the gradients are computed when it returns
            value = await sum.item();
          },
          values: async () => compared(value, await Promise.all(leaves.map((leaf) => leaf.grad.data()))),
        };
      },
      tfjs({ tf }, { x, y, z }) {
        const inner = (u) => u.add(u.square().mul(u).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
        const gelu = (u) => u.mul(0.5).mul(inner(u).tanh().add(1));
        const valueAndGradients = tf.valueAndGrads((x, y, z) => gelu(x.mul(y).add(z)).sum());
        let value, gradients;
        return {
          step() {
            gradients?.forEach((gradient) => gradient.dispose());
            const result = valueAndGradients([x, y, z]);
            gradients = result.grads;
            [value] = result.value.dataSync();
            result.value.dispose();
          },
          values: () => compared(value, gradients.map((gradient) => gradient.dataSync())), // prettier-ignore
        };
      },
      'jax-js'({ blockUntilReady, jit, nn, tree, valueAndGrad }, { x, y, z }) {
        const chain = (x, y, z) => nn.gelu(x.mul(y).add(z), { approximate: true }).sum();
        const valueAndGradients = jit((x, y, z) => valueAndGrad(chain, { argnums: [0, 1, 2] })(x, y, z));
        let value, gradients;
        return {
          async step() {
            if (gradients) tree.dispose(gradients);
            const result = valueAndGradients(x.ref, y.ref, z.ref);
            gradients = result[1];
            await blockUntilReady(gradients);
            [value] = await result[0].data();
          },
          values: async () => compared(value, await Promise.all(gradients.map((gradient) => gradient.ref.data()))),
        };
      },
    },
  },
];
