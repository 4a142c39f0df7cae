import { ValueError } from './errors';

/**
 * The global random stream. Every random draw takes the next stream number; its bits are threefry(seed, stream, position),
 * so they depend on the seed and on how many draws came before, never on backend, threads or time of evaluation.
 */
let seed = 0;
let stream = 0;

/** Where the global stream stands: save it to go on from the same place. */
export interface RandomState {
  readonly seed: number;
  readonly stream: number;
}

/**
 * Starts the global random stream anew, like `torch.manual_seed`.
 * @example manualSeed(1); randn([2]); // the same two numbers every time
 */
export function manualSeed(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new ValueError(`manualSeed: the seed must be a whole number from 0 to 2^53 - 1, not ${value}`);
  seed = value;
  stream = 0;
}

/** The state of the global random stream, for checkpoints. */
export function randomState(): RandomState {
  return { seed, stream };
}

export function setRandomState(state: RandomState): void {
  manualSeed(state.seed);
  stream = state.stream;
}

/** The key of the next draw: two words from the seed and the stream's number. */
export function nextKey(): { low: number; high: number; stream: number } {
  return { low: seed | 0, high: Math.floor(seed / 2 ** 32) | 0, stream: stream++ };
}
