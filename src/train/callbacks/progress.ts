import type { SingleBar } from 'cli-progress';
import type { BatchReport, Callback, Run } from '../events';
import type { EpochRecord, Scores } from '../history';

/** Where progress is written; a terminal says so by `isTTY`. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** `loss 0.1234 accuracy 0.9876`; metrics of more than one number are left out. */
export function showScores({ loss, metrics }: Scores<string, unknown>, prefix = ''): string {
  const numbers = Object.entries({ loss, ...metrics }).filter((entry): entry is [string, number] => typeof entry[1] === 'number'); // prettier-ignore
  return numbers.map(([name, value]) => `${prefix}${name} ${value.toFixed(4)}`).join(' ');
}

/** `epoch 2/10`, or `epoch 2` where nobody said how many. */
const showCount = (epoch: number, epochs: number): string =>
  `epoch ${epoch}${Number.isFinite(epochs) ? `/${epochs}` : ''}`;

function showEpoch(run: Run, record: EpochRecord): string {
  const validation = record.validation ? ` ${showScores(record.validation, 'validation ')}` : '';
  return `${showCount(record.epoch, run.epochs)} ${showScores(record)}${validation} ${record.seconds.toFixed(1)}s`;
}

/** A bar that moves with every batch on a terminal; a line after every epoch in both. */
export function progress(stream: ProgressStream = standardOutput()): Callback {
  return stream.isTTY ? progressBar(stream) : progressLines(stream);
}

/** A line after every epoch. */
export function progressLines(stream: ProgressStream): Callback {
  return { name: 'progress', onEpochEnd: (run, record) => void stream.write(`${showEpoch(run, record)}\n`) };
}

function progressBar(stream: ProgressStream): Callback {
  let bar: SingleBar | undefined;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    name: 'progress',
    async onEpochStart(run: Run) {
      bar = await createBar(stream, run);
      bar.start(run.batches ?? 0, 0, { scores: '' });
    },
    onBatchEnd: (_run: Run, report: BatchReport) => bar?.update(report.batch, { scores: showScores(report.average) }),
    onEpochEnd(run: Run, record: EpochRecord) {
      stop();
      stream.write(`${showEpoch(run, record)}\n`);
    },
    onFitEnd: stop,
  };
}

// Loaded when a bar is drawn: neither browsers nor scripts without a terminal need it.
async function createBar(stream: ProgressStream, { epoch, epochs, batches }: Run): Promise<SingleBar> {
  const { SingleBar, Presets } = await import('cli-progress');
  const count =
    batches === undefined ? 'batch {value} {scores}' : '{bar} {value}/{total} {scores} {eta_formatted} left';
  const format = `${showCount(epoch, epochs)} ${count}`;
  return new SingleBar(
    {
      format,
      stream: stream as NodeJS.WritableStream,
      barsize: 20,
      clearOnComplete: true,
      etaBuffer: 50,
      // Nothing of the terminal is changed, and no signal caught: Ctrl-C is the Trainer's, and leaves no trace of the bar.
      linewrap: true,
      gracefulExit: false,
    },
    Presets.shades_grey,
  );
}

function standardOutput(): ProgressStream {
  const found = (globalThis as { process?: { stdout?: ProgressStream } }).process?.stdout;
  return found ?? { write: (text) => globalThis.console.info(text.trimEnd()) };
}
