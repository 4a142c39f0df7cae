import { beforeAll, describe, expect, it } from 'vitest';
import { device, grad, gradCheck, tensor, withDevice, type Tensor } from 'decograd';
import { devices } from './devices';
import { leaf, tensorsOf, title, type Sample } from './fixtures';
import { isSmall, slope, smooth, weighted } from './slope';

const leavesOf = (sample: Sample) => withDevice('reference', () => tensorsOf(sample).map(leaf));

describe('gradients are those of central differences in double precision', () => {
  for (const sample of smooth)
    it(title(sample), () => expect(gradCheck(weighted(sample), leavesOf(sample))).toBeLessThanOrEqual(1e-6));
});

describe('gradients of gradients are those of central differences in double precision', () => {
  for (const sample of smooth.filter(isSmall))
    it(title(sample), () => expect(gradCheck(slope(sample), leavesOf(sample))).toBeLessThanOrEqual(1e-6));
});

describe.each(devices)('gradients of gradients are finite on %s', (name) => {
  beforeAll(() => device(name));
  /** The second derivative of fn at the numbers. */
  const curvature = (fn: (x: Tensor) => Tensor, values: number[]) =>
    withDevice(name, () => {
      const x = tensor(values, { requiresGrad: true });
      const [dx] = grad(fn(x).sum(), [x], { createGraph: true });
      return grad(dx!.sum(), [x])[0]!.data();
    });

  it('where exp of the negative input overflows', async () => {
    const far = [-20, -90, -1e3, 90];
    for (const fn of [(x: Tensor) => x.silu(), (x: Tensor) => x.gelu('tanh'), (x: Tensor) => x.sigmoid()])
      for (const value of await curvature(fn, far)) expect(Math.abs(value)).toBeLessThan(1e-6);
  });
  it('where one that is passed over comes to the infinite slope of a root', () =>
    withDevice(name, async () => {
      const picks = [
        (x: Tensor) => x.relu(),
        (x: Tensor) => x.maximum(0),
        (x: Tensor) => x.clamp(0),
        (x: Tensor) => x.where(x.gt(0), 0),
      ];
      for (const pick of picks) {
        const [x, w] = [tensor([-1, 2], { requiresGrad: true }), tensor([3, 4], { requiresGrad: true })];
        const [dx] = grad(pick(x).mul(w).sum(), [x], { createGraph: true }); // [0, 4]
        expect(await grad(dx!.sqrt().sum(), [w])[0]!.toArray()).toEqual([0, 0.25]);
      }
    }));
});
