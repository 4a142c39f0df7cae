import { csvLine } from '../../core/table';
import type { Callback } from '../events';
import { flatRates, flatRecord, type Flat } from './flat-record';
import { learningRates } from './learning-rates';
import { pathOf, textFile, type TextFile } from './text-file';

/** What a checkpoint keeps of the table. */
interface CsvState {
  readonly columns: readonly string[];
  readonly rows: readonly Flat[];
  readonly rates: Flat;
}

/**
 * Writes a row per epoch to a CSV file (RFC 4180), which begins anew with every fit and is whole after each epoch: the epoch,
 * the optimizer's steps so far, loss and metrics as `train/loss` and `validation/loss`, the learning rate that the epoch
 * began with (`lr`, or `lr/0`, `lr/1` of each group), seconds. Norms of `gradientStats` stand in it where that comes first in
 * the list. Metrics of several numbers are JSON in a cell. A resumed run goes on from the rows that there were at the checkpoint.
 *
 * Lightning: https://lightning.ai/docs/pytorch/stable/api/lightning.pytorch.loggers.csv_logs.html
 * @throws DeviceError where there are no files, as in a browser; ValueError for a path that cannot be written; both at the start
 * @example new Trainer(model, { optimizer, loss: mseLoss, callbacks: [csvLog('run.csv')] });
 */
export function csvLog(path: string): Callback {
  const file = textFile('csvLog', pathOf('csvLog', path), 'fit returns the same as an object');
  let table = new GrowingTable(file);
  let rates: Flat = {};
  return {
    name: 'csvLog',
    writes: true,
    onFitStart(run) {
      if (run.isResumed) file.append('');
      else file.clear();
      table = new GrowingTable(file);
    },
    onEpochStart(run) {
      rates = flatRates(learningRates(run));
    },
    onEpochEnd({ step }, record) {
      table.add({ epoch: record.epoch, step, ...flatRecord(record), ...rates, seconds: record.seconds });
    },
    stateDict: () => ({ ...table.state(), rates }) as never,
    loadStateDict(state) {
      const saved = state as unknown as CsvState;
      table.restore(saved);
      rates = saved.rates;
    },
  };
}

/** A table in a file. A column that comes later makes it be written anew. */
class GrowingTable {
  private columns: readonly string[] = [];
  private rows: readonly Flat[] = [];

  constructor(private readonly file: TextFile) {}

  add(row: Flat): void {
    this.rows = [...this.rows, row];
    const added = Object.keys(row).filter((name) => !this.columns.includes(name));
    if (added.length === 0) return this.file.append(this.line(row));
    this.columns = [...this.columns, ...added];
    this.write();
  }
  state(): Omit<CsvState, 'rates'> {
    return { columns: this.columns, rows: this.rows };
  }
  restore({ columns, rows }: CsvState): void {
    [this.columns, this.rows] = [columns, rows];
    this.write();
  }
  private write(): void {
    const head = this.columns.length === 0 ? '' : csvLine(this.columns);
    this.file.replace(head + this.rows.map((row) => this.line(row)).join(''));
  }
  private line(row: Flat): string {
    return csvLine(this.columns.map((name) => cell(row[name])));
  }
}

function cell(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}
