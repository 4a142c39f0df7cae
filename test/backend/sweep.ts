import { beforeAll, describe, expect, it, vi } from 'vitest';
import type * as Accuracy from './accuracy';

/** The same tests for kernels with fused multiply-add and with a multiplication and an addition in its place. */
export function withAndWithoutMultiplyAdd(tests: (accuracy: () => typeof Accuracy, fused: boolean) => void): void {
  describe.each([
    ['multiply-add', true],
    ['multiply, then add', false],
  ] as const)('%s', (_, fused) => {
    let accuracy: typeof Accuracy;
    beforeAll(async () => {
      vi.resetModules(); // functions are emitted once, so each way needs modules of its own
      vi.doMock('../../src/backend/wasm/features', async (original) => {
        const features = await original<object>();
        return fused ? features : { ...features, hasMultiplyAdd: () => false };
      });
      accuracy = await import('./accuracy');
    });
    tests(() => accuracy, fused);
  });
}

const names = ['exp', 'log', 'tanh', 'sin', 'cos', 'erf', 'sigmoid', 'gelu', 'gelu by tanh'] as const;

/** Holds every function to its limit at every `step`-th float32, near the edges, and pow at so many pairs. */
export function sweep(step: number, around: number, millionsOfPairs: number): void {
  withAndWithoutMultiplyAdd((accuracy) => {
    let points: number[];
    beforeAll(() => void (points = accuracy().points(step, around)));

    it('names every function', () => expect(Object.keys(accuracy().functions)).toEqual(names));

    it.each(names)('%s', (name) => {
      const promised = accuracy().functions[name];
      const { error, at } = accuracy().worst(promised, points);
      expect(error, at).toBeLessThanOrEqual(promised.limit);
    });

    it('pow', () => {
      for (let seed = 0; seed < millionsOfPairs; seed++) {
        const pairs = accuracy().pairs(Math.min(1, millionsOfPairs) * 1e6, seed);
        const { error, at } = accuracy().worst(accuracy().pow, pairs.map(([x]) => x), pairs.map(([, y]) => y)); // prettier-ignore
        expect(error, at).toBeLessThanOrEqual(accuracy().pow.limit);
      }
    });
  });
}
