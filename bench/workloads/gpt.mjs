// A step of a GPT: 4 layers of width 128 with 4 heads, 16 sequences of 64 of 65 letters, learned places, norms before each
// part, gelu by tanh, a head without bias; mean cross entropy, AdamW(1e-3), the loss read back.
import { renamed, trainingStep } from '../peers/decograd.mjs';
import { constant, integers, normal } from '../random.mjs';

const [width, heads, letters] = [128, 4, 65];
const weight = (shape) => normal(shape, 0.02);
const dense = (name, inputs, outputs) => ({ [`${name}.weight`]: weight([outputs, inputs]), [`${name}.bias`]: constant([outputs], 0) }); // prettier-ignore
const norm = (name) => ({ [`${name}.weight`]: constant([width], 1), [`${name}.bias`]: constant([width], 0) });
const block = (at) => ({
  ...norm(`${at}.norm1`),
  ...dense(`${at}.qkv`, width, 3 * width),
  ...dense(`${at}.proj`, width, width),
  ...norm(`${at}.norm2`),
  ...dense(`${at}.wide`, width, 4 * width),
  ...dense(`${at}.narrow`, 4 * width, width),
});

/** The model as a program that imports decograd declares it, in a class. */
function gptClass({ Embedding, LayerNorm, Linear, Module, module, ModuleList, scaledDotProductAttention }) {
  const Block = module(
    class Block extends Module {
      norm1 = new LayerNorm(width);
      qkv = new Linear(width, 3 * width);
      proj = new Linear(width, width);
      norm2 = new LayerNorm(width);
      wide = new Linear(width, 4 * width);
      narrow = new Linear(4 * width, width);

      forward(x) {
        const [batch, length] = x.shape;
        const all = this.qkv.forward(this.norm1.forward(x));
        const split = (part) => all.slice(-1, part * width, (part + 1) * width).reshape([batch, length, heads, width / heads]).transpose(1, 2); // prettier-ignore
        const mixed = scaledDotProductAttention(split(0), split(1), split(2), { isCausal: true });
        const y = x.add(this.proj.forward(mixed.transpose(1, 2).reshape([batch, length, width])));
        return y.add(this.narrow.forward(this.wide.forward(this.norm2.forward(y)).gelu('tanh')));
      }
    },
  );
  return module(
    class Gpt extends Module {
      letters = new Embedding(letters, width);
      norm = new LayerNorm(width);
      head = new Linear(width, letters, { bias: false });

      constructor(context, depth) {
        super();
        this.places = new Embedding(context, width);
        this.blocks = new ModuleList(Array.from({ length: depth }, () => new Block()));
      }
      forward(x) {
        let y = this.letters.forward(x).add(this.places.weight);
        for (const block of this.blocks) y = block.forward(y);
        return this.head.forward(this.norm.forward(y));
      }
    },
  );
}

const decograd =
  ({ context, depth }) =>
  (library, { x, y, ...weights }) => {
    const { AdamW, crossEntropyLoss } = library;
    const Gpt = gptClass(library);
    const model = new Gpt(context, depth);
    model.loadStateDict(renamed(weights, /^\d/, 'blocks.$&'));
    const optimizer = new AdamW(model, { lr: 1e-3 });
    return { step: trainingStep(optimizer, () => crossEntropyLoss(model.forward(x).flatten(0, 1), y)) };
  };

const tfjs =
  ({ batch, context, depth }) =>
  ({ tf, adamw, dense, variables }, { x, y, 'letters.weight': table, 'places.weight': places, ...weights }) => {
    const w = { table: tf.variable(table), places: tf.variable(places), ...variables(weights) };
    // Its WebAssembly backend has no gradient of gather: letters are looked up by a product.
    const [given, target] = [x.flatten(), y].map((list) => tf.oneHot(list, letters).toFloat());
    const mask = tf.linalg
      .bandPart(tf.ones([context, context]), -1, 0)
      .sub(1)
      .mul(1e9);
    const norm = (name, h) => {
      const { mean, variance } = tf.moments(h, -1, true);
      return h.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(w[`${name}.weight`]).add(w[`${name}.bias`]);
    };
    const gelu = (u) => {
      const inner = u.add(u.square().mul(u).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
      return u.mul(0.5).mul(inner.tanh().add(1));
    };
    const attend = (all) => {
      const [q, k, v] = tf.split(all, 3, -1).map((part) => part.reshape([batch, context, heads, width / heads]));
      const scores = tf.matMul(q.transpose([0, 2, 1, 3]), k.transpose([0, 2, 3, 1])).mul(Math.sqrt(heads / width));
      const mixed = tf.matMul(tf.softmax(scores.add(mask)), v.transpose([0, 2, 1, 3]));
      return mixed.transpose([0, 2, 1, 3]).reshape([batch * context, width]);
    };
    const block = (h, at) => {
      const y = h.add(dense(w, `${at}.proj`, attend(dense(w, `${at}.qkv`, norm(`${at}.norm1`, h)))));
      return y.add(dense(w, `${at}.narrow`, gelu(dense(w, `${at}.wide`, norm(`${at}.norm2`, y)))));
    };
    const loss = () => {
      let h = tf.matMul(given, w.table).reshape([batch, context, width]).add(w.places).reshape([-1, width]);
      for (let i = 0; i < depth; i++) h = block(h, i);
      return tf.losses.softmaxCrossEntropy(target, tf.matMul(norm('norm', h), w['head.weight']));
    };
    return { step: adamw(loss, w, 1e-3, 0.01) };
  };

const jaxJs =
  ({ batch, context, depth }) =>
  ({ adam, dense, nn, numpy, transposed }, { x, y, 'letters.weight': table, 'places.weight': places, ...weights }) => {
    const norm = (w, name, h) => nn.standardize(h).mul(w[`${name}.weight`]).add(w[`${name}.bias`]);
    const block = (w, at, h) => {
      const all = dense(w, `${at}.qkv`, norm(w, `${at}.norm1`, h.ref));
      const parts = numpy.split(all, 3, -1).map((part) => part.reshape([batch, context, heads, width / heads]));
      const mixed = nn.dotProductAttention(...parts, { isCausal: true }).reshape([batch, context, width]);
      const y = h.add(dense(w, `${at}.proj`, mixed));
      const wide = nn.gelu(dense(w, `${at}.wide`, norm(w, `${at}.norm2`, y.ref)));
      return y.add(dense(w, `${at}.narrow`, wide));
    };
    const loss = (w, x, y) => {
      let h = numpy.take(w['letters.weight'], x, 0).add(w['places.weight']);
      for (let i = 0; i < depth; i++) h = block(w, i, h);
      const logits = numpy.matmul(norm(w, 'norm', h), w['head.weight']);
      return nn
        .logSoftmax(logits.reshape([-1, letters]), -1)
        .mul(y)
        .sum(-1)
        .mean()
        .neg();
    };
    const parameters = { 'letters.weight': table, 'places.weight': places, ...transposed(weights) };
    return { step: adam(loss, parameters, x, nn.oneHot(y, letters), 1e-3, 0.01) };
  };

/** The workload, by default with the sizes of the table: `batch` sequences of `context` letters, `depth` layers. */
export function gpt({ batch = 16, context = 64, depth = 4 } = {}) {
  const sizes = { batch, context, depth };
  return {
    name: 'gpt',
    title: 'GPT step',
    isModel: true,
    data: {
      x: integers([batch, context], letters),
      y: integers([batch * context], letters),
      'letters.weight': weight([letters, width]),
      'places.weight': weight([context, width]),
      ...Object.assign({}, ...Array.from({ length: depth }, (_, i) => block(i))),
      ...norm('norm'),
      'head.weight': weight([letters, width]),
    },
    peers: { decograd: decograd(sizes), tfjs: tfjs(sizes), 'jax-js': jaxJs(sizes) },
  };
}

export const workloads = [gpt()];
