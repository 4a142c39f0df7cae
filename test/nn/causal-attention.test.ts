import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { concatenate, device, explain, grad, manualSeed, MultiheadAttention, randn, scaledDotProductAttention, tensor, type Tensor } from 'decograd'; // prettier-ignore

beforeEach(() => manualSeed(3));
afterAll(() => device('wasm'));

/** True where a place may attend to. */
const mask = (length: number, sources: number): Tensor =>
  tensor(
    Array.from({ length }, (_, i) => Array.from({ length: sources }, (_, j) => j <= i)),
    { dtype: 'bool' },
  );

/** Largest difference of two lists of tensors, relative to the largest value. */
async function distance(given: readonly Tensor[], wanted: readonly Tensor[]): Promise<number> {
  const [a, b] = [given, wanted].map((list) => concatenate(list.map((x) => x.flatten()), 0)); // prettier-ignore
  return (await a.sub(b).abs().max().item()) / (await b.abs().max().item());
}

/** The value, the gradients of its square, and gradients of those. */
function derivatives(attend: (q: Tensor, k: Tensor, v: Tensor) => Tensor, inputs: readonly Tensor[]): Tensor[] {
  const [q, k, v] = inputs;
  const value = attend(q, k, v);
  const first = grad(value.square().sum(), inputs, { createGraph: true });
  const slope = first.map((g) => g.square().sum()).reduce((a, b) => a.add(b));
  return [value, ...first, ...grad(slope, inputs)];
}

for (const name of ['wasm', 'reference', 'gpu:cpu'])
  describe(`causal attention is what a mask makes of it, on ${name}`, () => {
    beforeEach(async () => void (await device(name)));

    it.each([
      [[2, 3], 6, 6],
      [[2], 4, 9],
      [[3], 9, 4],
      [[], 7, 7],
      [[1, 2], 33, 33],
    ])('%j heads, %i queries, %i sources', async (batch, length, sources) => {
      const inputs = [[length, 5], [sources, 5], [sources, 3]].map((dims) => randn([...batch, ...dims], { requiresGrad: true })); // prettier-ignore
      const causal = derivatives((q, k, v) => scaledDotProductAttention(q, k, v, { isCausal: true }), inputs);
      const masked = derivatives((q, k, v) => scaledDotProductAttention(q, k, v, { attnMask: mask(length, sources) }), inputs); // prettier-ignore
      expect(await distance(causal, masked)).toBeLessThan(1e-5);
    });

    it.each([{}, { addBiasKv: true }, { addZeroAttn: true }])('in a MultiheadAttention with %j', async (options) => {
      const layer = new MultiheadAttention(6, 2, { batchFirst: true, ...options });
      const attend = (call: object) => (x: Tensor) => layer.forward(x, x, x, { needWeights: false, ...call })[0];
      const inputs = [randn([2, 8, 6], { requiresGrad: true })];
      const causal = derivatives(attend({ isCausal: true }), inputs);
      const masked = derivatives(attend({ attnMask: mask(8, 8).logicalNot() }), inputs);
      expect(await distance(causal, masked)).toBeLessThan(1e-5);
    });

    it('has gradients for weights that are handed out, those of later places too', async () => {
      const layer = new MultiheadAttention(6, 2, { batchFirst: true });
      const x = randn([2, 40, 6]);
      const slopes = (call: object): Tensor => {
        const [y, weights] = layer.forward(x, x, x, { averageAttnWeights: false, ...call });
        return grad(y.square().sum(), [weights!])[0];
      };
      const [causal, masked] = [slopes({ isCausal: true }), slopes({ attnMask: mask(40, 40).logicalNot() })];
      expect(await distance([causal], [masked])).toBeLessThan(1e-5);
    });
  });

it('multiplies only what comes before: about half of what a mask takes', async () => {
  await device('wasm');
  const [q, k, v] = [1, 2, 3].map(() => randn([4, 128, 16]));
  const flops = async (options: object): Promise<number> => {
    const { kernels } = await explain(() => scaledDotProductAttention(q, k, v, options).dataSync(), { runs: 1 });
    return kernels.filter(({ kind }) => kind === 'matmul').reduce((sum, kernel) => sum + kernel.flops, 0);
  };
  const [causal, masked] = [await flops({ isCausal: true }), await flops({ attnMask: mask(128, 128) })];
  expect(masked).toBe(2 * 2 * 4 * 128 * 128 * 16);
  expect(causal).toBe(2 * 2 * 4 * 16 * ((128 * 129) / 2));
});
