// C = A B, square, float32. A step computes all of C, in memory of the engine; ten entries of it are compared.
import { normal } from '../random.mjs';

/** Ten entries of C from all over it: a row further each time, and a column that looks random. */
const entries = (n, c) =>
  Array.from({ length: 10 }, (_, k) => c[Math.floor((k * (n - 1)) / 9) * n + ((k * k * 41 + n - 1) % n)]);

export const workloads = [128, 256, 512, 1024].map((n) => ({
  name: `matmul-${n}`,
  title: `matmul ${n}`,
  flops: 2 * n ** 3,
  data: { a: normal([n, n]), b: normal([n, n]) },
  peers: {
    decograd({ evaluate }, { a, b }) {
      let c;
      return {
        async step() {
          c = a.matmul(b);
          await evaluate(c);
        },
        values: async () => entries(n, await c.data()),
      };
    },
    tfjs({ tf }, { a, b }) {
      let c;
      return {
        step() {
          c?.dispose();
          c = tf.matMul(a, b);
        },
        values: () => entries(n, c.dataSync()),
      };
    },
    'jax-js'({ blockUntilReady, jit, numpy }, { a, b }) {
      const product = jit((x, y) => numpy.matmul(x, y));
      let c;
      return {
        async step() {
          c?.dispose();
          c = product(a.ref, b.ref);
          await blockUntilReady(c);
        },
        values: async () => entries(n, await c.ref.data()),
      };
    },
  },
}));
