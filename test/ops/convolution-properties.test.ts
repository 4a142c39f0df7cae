import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Conv2d, device, Parameter, tensor, type Tensor } from 'decograd';

/** Sizes of one axis, all of which fit. */
const axis = fc
  .record({ kernel: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 4 }), dilation: fc.integer({ min: 1, max: 3 }), padding: fc.integer({ min: 0, max: 4 }), more: fc.integer({ min: 0, max: 6 }) })
  .map(({ kernel, dilation, padding, more, stride }) => ({ kernel, stride, dilation, padding, size: Math.max(1, (kernel - 1) * dilation + 1 - 2 * padding) + more })); // prettier-ignore
type AxisOf = typeof axis extends fc.Arbitrary<infer T> ? T : never;
const setting = fc.record({
  axes: fc.tuple(axis, axis),
  groups: fc.constantFrom(1, 2),
  images: fc.integer({ min: 1, max: 2 }),
});

const count = ({ size, kernel, stride, dilation, padding }: AxisOf): number =>
  Math.floor((size + 2 * padding - (kernel - 1) * dilation - 1) / stride) + 1;

/** The input's gradient by the definition: what each output gives back to each element that it was made of. */
function gradientByDefinition(
  w: Float32Array,
  axes: readonly [AxisOf, AxisOf],
  groups: number,
  images: number,
): Float64Array {
  const [a, b] = axes;
  const [inputs, outputs] = [2, 4];
  const each = [inputs / groups, outputs / groups] as const;
  const out = new Float64Array(images * inputs * a.size * b.size);
  for (let n = 0; n < images; n++)
    for (let o = 0; o < outputs; o++)
      for (let y = 0; y < count(a); y++)
        for (let x = 0; x < count(b); x++)
          for (let c = 0; c < each[0]; c++)
            for (let i = 0; i < a.kernel; i++)
              for (let j = 0; j < b.kernel; j++) {
                const [row, column] = [y * a.stride + i * a.dilation - a.padding, x * b.stride + j * b.dilation - b.padding];
                if (row < 0 || column < 0 || row >= a.size || column >= b.size) continue;
                const channel = Math.floor(o / each[1]) * each[0] + c;
                const g = gradientAt(((n * outputs + o) * count(a) + y) * count(b) + x);
                out[((n * inputs + channel) * a.size + row) * b.size + column] += g * w[((o * each[0] + c) * a.kernel + i) * b.kernel + j];
              } // prettier-ignore
  return out;
}
const gradientAt = (i: number): number => ((i * 7) % 11) - 5;

for (const name of ['wasm', 'reference'])
  describe(`a convolution's input gradient on ${name}`, () => {
    it('is what the definition says, for any stride, dilation, padding and groups', async () => {
      await device(name);
      await fc.assert(
        fc.asyncProperty(setting, async ({ axes, groups, images }) => {
          const pick = <K extends keyof AxisOf>(key: K) => axes.map((one) => one[key]) as [number, number];
          const layer = new Conv2d(2, 4, pick('kernel'), { stride: pick('stride'), dilation: pick('dilation'), padding: pick('padding'), groups, bias: false }); // prettier-ignore
          const x = new Parameter(tensor(new Float32Array(images * 2 * axes[0].size * axes[1].size), { shape: [images, 2, axes[0].size, axes[1].size] })); // prettier-ignore
          const y: Tensor = layer.forward(x as never);
          const g = tensor(
            Float32Array.from({ length: y.size }, (_, i) => gradientAt(i)),
            { shape: y.shape },
          );
          y.mul(g).sum().backward();
          const wanted = gradientByDefinition((await layer.weight.data()) as Float32Array, axes, groups, images);
          const found = await x.grad!.data();
          expect(found.length).toBe(wanted.length);
          wanted.forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThan(1e-4));
        }),
        { numRuns: 60, seed: 8 },
      );
      await device('wasm');
    });
  });
