import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';
import type { EpochDraw } from './dataset';
import { randomNumbers } from './random-numbers';

/** The sample that is being transformed, and the random numbers that belong to it. */
export interface SampleDraw {
  readonly index: number;
  readonly epoch: number;
  /** The next number from 0 to below 1, of a stream that seed, epoch and sample decide. */
  readonly random: () => number;
}

/** Numbers of a stream of its own for each sample, made when the first is asked for. */
export function sampleDraw(index: number, draw: EpochDraw, seed: number): SampleDraw {
  let numbers: (() => number) | undefined;
  const random = (): number => (numbers ??= randomNumbers([...draw.key, draw.epoch, seed, index]))();
  return { index, epoch: draw.epoch, random };
}

/** @throws ValueError for a map that is no function */
export function checkMap(where: string, map: unknown): void {
  if (typeof map !== 'function')
    throw new ValueError(`${where}: the map must be a function of (sample, draw), not ${show(map)}`);
}
