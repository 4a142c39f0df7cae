import type { DecogradError } from 'decograd';

/** What a call throws, which it must. */
export function thrownBy(run: () => unknown): DecogradError {
  try {
    run();
  } catch (error) {
    return error as DecogradError;
  }
  throw new Error('nothing was thrown');
}
