import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { device, grad, tensor, zeros, type Tensor } from 'decograd';
import { devices } from './devices';

/** [start, end, step, axis]. */
type Cut = readonly [number, number, number, number];
const cuts = fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 1)), {
  minLength: 1,
  maxLength: 6,
});

/** How much each element of a 5 by 5 tensor counts, where slice k of it counts k + 1 times. */
function wanted(list: readonly Cut[]): number[] {
  const counts = Array.from({ length: 25 }, () => 0);
  list.forEach(([start, end, step, axis], k) => {
    for (let i = start; i < end; i += step)
      for (let j = 0; j < 5; j++) counts[axis === 0 ? 5 * i + j : 5 * j + i]! += k + 1;
  });
  return counts;
}
function found(x: Tensor, list: readonly Cut[]): number[] {
  const parts = list.map(([start, end, step, axis], k): Tensor => {
    const part: Tensor = x.slice(axis, start, end, step);
    return part.mul(k + 1).sum();
  });
  const total: Tensor = parts.reduce((a, b) => a.add(b));
  return [...grad(total, x)[0]!.dataSync()];
}

describe.each(devices)('gradients of several slices add up %s', (name) => {
  it('apart, overlapping, interleaved, empty', async () => {
    await device(name);
    const x = zeros([5, 5], { requiresGrad: true });
    const numRuns = name.startsWith('gpu') ? 15 : 60;
    fc.assert(
      fc.property(cuts, (list) => {
        expect(found(x, list)).toEqual(wanted(list));
      }),
      { numRuns },
    );
  });

  it('twice, and beside other gradients', async () => {
    await device(name);
    const x: Tensor = tensor([1, 2, 3], { requiresGrad: true });
    const cube = (part: Tensor): Tensor => part.pow(3).sum();
    const y: Tensor = cube(x.slice(0, 0, 1)).add(cube(x.slice(0, 1))).add(x.square().sum()); // prettier-ignore
    const [first] = grad(y, x, { createGraph: true });
    expect([...(await first!.data())].map(Math.round)).toEqual([5, 16, 33]);
    expect([...(await grad(first!.sum(), x)[0]!.data())].map(Math.round)).toEqual([8, 14, 20]);
  });
});
