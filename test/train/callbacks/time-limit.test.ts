import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { timeLimit, ValueError, type Callback } from 'decograd';
import { problem } from '../problem';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

const within = temporaryFolder();

describe('timeLimit', () => {
  let clock = 0;
  /** Each step takes ten seconds. */
  const slow: Callback = { onStepEnd: () => void (clock += 10_000) };
  beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => clock));
  afterEach(() => vi.restoreAllMocks());

  it.each([
    [{ seconds: 35 }, 4, 'the time is over: 35 seconds'],
    [{ minutes: 1 }, 6, 'the time is over: 1 minutes'],
    [{ minutes: 10 }, 9, undefined],
  ])('%j ends a run after step %i', async (limit, last, reason) => {
    const { trainer, loader } = problem({ callbacks: [slow, timeLimit(limit)] });
    const history = await trainer.fit(loader, { epochs: 3, recordSteps: 1, progress: false });
    expect([history.steps!.length, history.stopped]).toEqual([last, reason]);
    expect((await trainer.fit(loader, { epochs: 3, recordSteps: 1, progress: false })).steps).toHaveLength(last);
  });

  it('counts what a resumed run had used, and not the time while it was left', async () => {
    let steps = 0;
    const end: Callback = { onFitEnd: ({ step }) => void (steps = step) };
    const callbacks = () => {
      clock += 1e9;
      return [slow, timeLimit({ seconds: 75 }), end];
    };
    expect(await fromEveryBoundary({ callbacks, result: () => steps, folder: within('') })).toBe(10);
    expect(steps).toBe(8);
  });

  it.each([
    [undefined, 'timeLimit: options are one object with any of minutes, seconds; not undefined'],
    [{}, 'timeLimit: is { minutes } or { seconds }, one of the two'],
    [{ minutes: 1, seconds: 1 }, 'timeLimit: is { minutes } or { seconds }, one of the two'],
    [{ minutes: 0 }, 'timeLimit: minutes must be a number above 0, not 0'],
    [{ seconds: '5' }, 'timeLimit: seconds must be a number above 0, not "5"'],
    [{ hours: 1 }, "timeLimit: there is no option 'hours'; known are minutes, seconds"],
  ])('refuses %j', (limit, message) => {
    expect(() => timeLimit(limit as never)).toThrow(new ValueError(message));
  });
});
