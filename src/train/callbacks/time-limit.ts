import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { numberOption } from '../../module/option-checks';
import type { Callback, Run } from '../events';

/** How long a run may take: minutes or seconds. */
export type TimeLimit = { readonly minutes: number } | { readonly seconds: number };

/**
 * Ends a run after the step in which its time is over. What a resumed run had used before it was left counts; the time while
 * it was left does not. A run that it had ended is gone on with where the limit is longer.
 *
 * Lightning: https://lightning.ai/docs/pytorch/stable/api/lightning.pytorch.callbacks.Timer.html
 * @throws ValueError for no limit, both, or one that is no number above 0
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [timeLimit({ minutes: 30 })] });
 */
export function timeLimit(limit: TimeLimit): Callback {
  const text = textOf(limit);
  const milliseconds = 'minutes' in limit ? limit.minutes * 60_000 : limit.seconds * 1000;
  let began = 0;
  let current: Run | undefined;
  const stopIfOver = () => {
    if (performance.now() - began >= milliseconds) current?.stop(`the time is over: ${text}`, 'step');
  };
  return {
    name: 'timeLimit',
    onFitStart(run) {
      [current, began] = [run, performance.now()];
    },
    onStepEnd: stopIfOver,
    stateDict: () => ({ milliseconds: performance.now() - began }),
    loadStateDict(state) {
      began = performance.now() - (state as { milliseconds: number }).milliseconds;
      stopIfOver();
    },
  };
}

/** @throws ValueError for what is no limit */
function textOf(limit: TimeLimit): string {
  checkOptions('timeLimit', limit, ['minutes', 'seconds']);
  const [first, ...others] = Object.entries<number>(limit);
  if (first === undefined || others.length > 0)
    throw new ValueError('timeLimit: is { minutes } or { seconds }, one of the two');
  const [unit, value] = first;
  return `${numberOption('timeLimit', unit, value, 'positive')} ${unit}`;
}
