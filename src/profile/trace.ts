import { watch } from '../plan';
import { costOf } from '../kernels/cost';

/** Further events are counted and left out: a trace of some 30 MB is what viewers still open. */
const mostEvents = 150_000;

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  /** A complete event. Times are microseconds. */
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
  readonly pid: 1;
  readonly tid: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Rows of the trace: what contains what. */
const rows = { run: 1, evaluation: 2, kernel: 3 } as const;

/** A trace under way. */
export interface Trace {
  /** Adds a stretch of time of the caller's own; times as of `performance.now`. */
  span(name: string, began: number, ended: number, args?: Readonly<Record<string, unknown>>): void;
  /** Ends it; the text is in Chrome's trace event format, which Perfetto opens. */
  end(): string;
}

/** Notes every evaluation and kernel from now on, to be looked at in https://ui.perfetto.dev. */
export function traceOf(): Trace {
  const events: TraceEvent[] = [];
  let leftOut = 0;
  const add = (row: keyof typeof rows, name: string, began: number, ended: number, args?: TraceEvent['args']): void => {
    if (events.length === mostEvents) leftOut++;
    else events.push({ name, cat: row, ph: 'X', ts: 1000 * began, dur: 1000 * (ended - began), pid: 1, tid: rows[row], ...(args && { args }) }); // prettier-ignore
  };
  const stop = watch({
    kernel({ kernel, name }, device, began, ended) {
      const { bytes, flops } = costOf(kernel);
      const over = 'over' in kernel ? kernel.over : [];
      add('kernel', name, began, ended, { kind: kernel.kind, shape: kernel.dims, over, device, bytes, flops });
    },
    evaluation(device, isNew, began, planned, ended) {
      add('evaluation', isNew ? 'new plan' : 'plan', began, planned, { device });
      add('evaluation', 'evaluation', began, ended, { device });
    },
  });
  return {
    span: (name, began, ended, args) => add('run', name, began, ended, args),
    end() {
      stop();
      const names = Object.entries(rows).map(([name, tid]) => ({ name: 'thread_name', ph: 'M', pid: 1, tid, args: { name } })); // prettier-ignore
      const process = { name: 'process_name', ph: 'M', pid: 1, tid: 0, args: { name: 'decograd' } };
      const metadata = { eventsLeftOut: leftOut };
      return JSON.stringify({ traceEvents: [process, ...names, ...events], displayTimeUnit: 'ms', metadata });
    },
  };
}
