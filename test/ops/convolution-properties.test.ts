import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Conv2d, device, Parameter, tensor, type Tensor } from 'decograd';

/** Sizes of one axis, all of which fit. */
const axis = fc
  .record({ kernel: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 4 }), dilation: fc.integer({ min: 1, max: 3 }), padding: fc.integer({ min: 0, max: 4 }), more: fc.integer({ min: 0, max: 14 }) })
  .map(({ kernel, dilation, padding, more, stride }) => ({ kernel, stride, dilation, padding, size: Math.max(1, (kernel - 1) * dilation + 1 - 2 * padding) + more })); // prettier-ignore
type AxisOf = typeof axis extends fc.Arbitrary<infer T> ? T : never;
/** As above, the second axis without padding: all that the kernel can reach is padded, to get the gradient. */
const unpadded = fc.tuple(axis, axis).map(([a, b]) => {
  const size = (b.kernel - 1) * b.dilation + 1 + b.size;
  return [
    { ...a, stride: 1 },
    { ...b, stride: 1, padding: 0, size },
  ] as [AxisOf, AxisOf];
});
const settings = [
  ['any stride, dilation, padding and groups', fc.tuple(axis, axis)],
  ['rows without stride and padding', unpadded],
] as const;
const setting = (axes: fc.Arbitrary<[AxisOf, AxisOf]>) =>
  fc.record({ axes, groups: fc.constantFrom(1, 2), images: fc.integer({ min: 1, max: 2 }) });

const count = ({ size, kernel, stride, dilation, padding }: AxisOf): number =>
  Math.floor((size + 2 * padding - (kernel - 1) * dilation - 1) / stride) + 1;

/** Both gradients by the definition: what each output gives back to each element that it was made of. */
function gradientsByDefinition(
  { x, w }: { x: Float32Array; w: Float32Array },
  axes: readonly [AxisOf, AxisOf],
  groups: number,
  images: number,
): { x: Float64Array; w: Float64Array } {
  const [a, b] = axes;
  const [inputs, outputs] = [2, 4];
  const each = [inputs / groups, outputs / groups] as const;
  const sums = { x: new Float64Array(x.length), w: new Float64Array(w.length) };
  for (let n = 0; n < images; n++)
    for (let o = 0; o < outputs; o++)
      for (let y = 0; y < count(a); y++)
        for (let z = 0; z < count(b); z++)
          for (let c = 0; c < each[0]; c++)
            for (let i = 0; i < a.kernel; i++)
              for (let j = 0; j < b.kernel; j++) {
                const [row, column] = [y * a.stride + i * a.dilation - a.padding, z * b.stride + j * b.dilation - b.padding];
                if (row < 0 || column < 0 || row >= a.size || column >= b.size) continue;
                const channel = Math.floor(o / each[1]) * each[0] + c;
                const g = gradientAt(((n * outputs + o) * count(a) + y) * count(b) + z);
                const [element, weight] = [((n * inputs + channel) * a.size + row) * b.size + column, ((o * each[0] + c) * a.kernel + i) * b.kernel + j];
                sums.x[element] += g * w[weight];
                sums.w[weight] += g * x[element];
              } // prettier-ignore
  return sums;
}
const gradientAt = (i: number): number => ((i * 7) % 11) - 5;

for (const name of ['wasm', 'reference'])
  describe(`a convolution's gradients on ${name}`, () => {
    it.each(settings)('are what the definition says, for %s', async (_, axes) => {
      await device(name);
      await fc.assert(
        fc.asyncProperty(setting(axes), async ({ axes, groups, images }) => {
          const pick = <K extends keyof AxisOf>(key: K) => axes.map((one) => one[key]) as [number, number];
          const layer = new Conv2d(2, 4, pick('kernel'), { stride: pick('stride'), dilation: pick('dilation'), padding: pick('padding'), groups, bias: false }); // prettier-ignore
          const shape = [images, 2, axes[0].size, axes[1].size] as const;
          const values = Float32Array.from({ length: shape.reduce((all, size) => all * size) }, (_, i) => gradientAt(3 * i)); // prettier-ignore
          const x = new Parameter(tensor(values, { shape }));
          const y: Tensor = layer.forward(x as never);
          const g = tensor(
            Float32Array.from({ length: y.size }, (_, i) => gradientAt(i)),
            { shape: y.shape },
          );
          y.mul(g).sum().backward();
          const w = layer.weight;
          const wanted = gradientsByDefinition({ x: values, w: (await w.data()) as Float32Array }, axes, groups, images); // prettier-ignore
          for (const [gradient, sums] of [[x.grad, wanted.x], [w.grad, wanted.w]] as const) {
            const found = await gradient!.data();
            expect(found.length).toBe(sums.length);
            sums.forEach((value, i) => expect(Math.abs(found[i] - value)).toBeLessThan(1e-4));
          } // prettier-ignore
        }),
        { numRuns: 60, seed: 8 },
      );
      await device('wasm');
    });
  });
