import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { device, tensor, type Tensor } from 'decograd';
import { devices } from './devices';
import { callMethod } from './fixtures';
import { choices, naive, shapes, sizeOf, values, valuesOf, type Naive } from './naive';
import { movements, nowhere } from './naive-movement';

/** One operation of a chain: its name and the choices its arguments are made of. */
const step = fc.tuple(fc.constantFrom(...Object.keys(movements)), choices);

/** Runs the chain on a tensor and on the definition side by side; an operation that does not fit is left out. */
function chain(x: Tensor, steps: readonly (readonly [string, { pick: (n: number) => number }])[]) {
  let sources: Naive = naive(
    x.shape,
    Array.from({ length: x.size }, (_, i) => i),
  );
  let y = x;
  for (const [name, { pick }] of steps) {
    const args = movements[name]!.choose(sources.shape, pick);
    if (args === null) continue;
    const next = movements[name]!.apply(sources, ...args);
    if (sizeOf(next.shape) > 400) continue;
    sources = next;
    y = callMethod(name, [y, ...args]);
    expect(y.shape, `${name}(${JSON.stringify(args)})`).toEqual(next.shape);
  }
  return { y, shape: sources.shape, sources: valuesOf(sources) };
}

describe.each(devices)('movement on %s', (name) => {
  beforeAll(async () => void (await device(name)));

  it('any chain of operations moves values, and gradients back, as the definitions say', async () => {
    await fc.assert(
      fc.asyncProperty(shapes(), fc.array(step, { minLength: 1, maxLength: 6 }), async (shape, steps) => {
        const data = values(sizeOf(shape));
        const x = tensor(new Float32Array(data), { shape, requiresGrad: true });
        const { y, sources } = chain(x, steps);
        const weights = values(sources.length).map((v) => v + 1);
        y.backward(tensor(new Float32Array(weights), { shape: y.shape }));
        const gradient = data.map(() => 0);
        sources.forEach((at, i) => at !== nowhere && (gradient[at]! += weights[i]!));
        expect([...(await y.data())]).toEqual(sources.map((at) => (at === nowhere ? 7 : data[at]!)));
        expect([...(await x.grad!.data())]).toEqual(gradient);
      }),
      { numRuns: 150 },
    );
  });
});
