import { beforeEach, describe, expect, it } from 'vitest';
import { explain, grad, manualSeed, Parameter, randn, tensor, type Tensor } from 'decograd';

beforeEach(() => manualSeed(2));

/** The state after so many steps with one matrix, and what it is made of. */
function unrolled(steps: number, size = 5) {
  const w = new Parameter(randn([size, size]).mul(0.5));
  const x = randn([steps, 3, size]);
  const loss = (weights: readonly Tensor[]) => {
    let h: Tensor = x.select(0, 0);
    for (let t = 1; t < steps; t++)
      h = h
        .matmul(weights[t % weights.length])
        .tanh()
        .add(x.select(0, t));
    return h.square().sum();
  };
  return { w, x, loss };
}

describe('the gradient of a matrix that is used at every step', () => {
  it('is the sum of the gradients of copies, one for each step', async () => {
    const { w, loss } = unrolled(7);
    const copies = Array.from({ length: 6 }, () => new Parameter(w.detach()));
    const [together] = grad(loss([w]), [w]);
    const apart = grad(loss(copies), copies).reduce((a, b) => a.add(b));
    expect(await together.sub(apart).abs().max().item()).toBeLessThan(1e-5);
  });

  it('is one product for all steps', async () => {
    const { w, loss } = unrolled(7);
    const { kernels } = await explain(() => grad(loss([w]), [w])[0].dataSync(), { runs: 1 });
    const products = kernels.filter(({ kind }) => kind === 'matmul');
    // six forward, five back through the states, one for the matrix
    expect(products.reduce((sum, { calls }) => sum + calls, 0)).toBe(12);
  });

  it('can be differentiated again', async () => {
    const { w, loss } = unrolled(4);
    const norm = (weights: Tensor) =>
      grad(loss([weights]), [weights], { createGraph: true })[0]
        .square()
        .sum();
    const [second] = grad(norm(w), [w]);
    const [step, at] = [1e-2, 7];
    const moved = async (by: number) => {
      const values = Float32Array.from(await w.data());
      values[at] += by;
      return norm(new Parameter(tensor(values, { shape: [5, 5] }))).item();
    };
    const slope = ((await moved(step)) - (await moved(-step))) / (2 * step);
    const exact = (await second.data())[at];
    expect(Math.abs(slope - exact)).toBeLessThan(0.02 * Math.max(1, Math.abs(exact)));
  });
});
