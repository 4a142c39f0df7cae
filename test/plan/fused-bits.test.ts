import { evaluateSync, setDefaultDevice, setThreads, tensor, type Tensor } from 'decograd';
import { afterAll, expect, test } from 'vitest';
import { bitsOf } from './fused-programs';

afterAll(() => {
  setThreads(1);
});

/** The programs that come out otherwise when every operation is evaluated by itself. */
function different(seeds: number): number[] {
  return Array.from({ length: seeds }, (_, seed) => seed).filter((seed) => {
    const [fused, alone] = [false, true].map((eachTime) => bitsOf(seed, 14, eachTime));
    return fused.some((bits, i) => !bits.equals(alone[i]));
  });
}

test.each([1, 2])('fusing changes no bit: random programs with broadcasts and reductions, threads: %i', (threads) => {
  setDefaultDevice('wasm');
  setThreads(threads);
  expect(different(threads === 1 ? 400 : 50)).toEqual([]);
});

test('a fold of what repeats along all its axes adds up as if it lay in memory', () => {
  setDefaultDevice('wasm');
  const sum = (alone: boolean): Tensor => {
    const repeated = tensor([0.1, 1.1, 2.1]).reshape([3, 1, 1]).expand([3, 7, 33]).add(0.3);
    if (alone) evaluateSync([repeated]);
    return repeated.permute([0, 2, 1]).sum([1, 2]) as Tensor;
  };
  expect(sum(false).dataSync()).toEqual(sum(true).dataSync());
});

test('what is seen of a reshaped value in another order adds up as if nothing had been looked at', () => {
  setDefaultDevice('wasm');
  const sum = (look: boolean): Tensor => {
    const values = tensor(Array.from({ length: 132 }, (_, i) => Math.sin(i))).reshape([4, 33]);
    if (look) evaluateSync([values]);
    const turned = values.permute([1, 0]);
    if (look) evaluateSync([turned]);
    return turned.sum(0) as Tensor;
  };
  expect(sum(false).dataSync()).toEqual(sum(true).dataSync());
});
