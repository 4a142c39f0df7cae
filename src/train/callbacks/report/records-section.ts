import type { EpochRecord } from '../../history';
import { measuredNames, numberOf } from './curves';
import { timeChart } from './curves-section';
import { counted, duration, exact } from './figures';
import { markup, type Content, type Markup } from './markup';
import type { Report } from './report';
import { secondsOf } from './summary';
import { section, table } from './table';

/** Rows above which epochs are left out of the table. */
const mostRows = 200;

/** Every number by epoch, and how long each took; the epoch of the lowest validation loss, or training loss, stands out. */
export function recordsSection(report: Report): Markup | undefined {
  const { history } = report.run;
  const { epochs } = history;
  if (epochs.length === 0) return undefined;
  const best = bestOf(epochs);
  const every = Math.ceil(epochs.length / mostRows);
  const shown = epochs.filter((record, i) => i % every === 0 || record === best || i === epochs.length - 1);
  const columns = columnsOf(history);
  const rows = shown.map((record) => columns.map(({ of }) => of(record)));
  const lead = `The lowest ${best.validation ? 'validation ' : ''}loss stands out${every > 1 ? `; of every ${every} epochs one is shown` : ''}.`;
  return section(
    `${counted(epochs.length, 'epoch')} in ${duration(secondsOf(history))}`,
    lead,
    table(columns.map(({ name }) => name), rows, columns.map(() => true), (i) => shown[i] === best), // prettier-ignore
    markup`<div class="charts">${timeChart(report)}</div>`,
  );
}

function bestOf(epochs: readonly EpochRecord[]): EpochRecord {
  const validated = epochs.filter(({ validation }) => validation);
  const loss = (record: EpochRecord) => {
    const { loss } = record.validation ?? record;
    return Number.isNaN(loss) ? Infinity : loss;
  };
  return (validated.length > 0 ? validated : epochs).reduce((best, each) => (loss(each) < loss(best) ? each : best));
}

interface Column {
  readonly name: string;
  readonly of: (record: EpochRecord) => Content;
}

/** Those in which no epoch has a number are left out. */
function columnsOf(history: Report['run']['history']): Column[] {
  const written = (value: number | undefined) => (value === undefined ? '' : exact(value));
  const measured = measuredNames(history).flatMap((name): Column[] => [
    { name, of: (record) => written(numberOf(record, name)) },
    { name: `validation ${name}`, of: ({ validation }) => written(validation && numberOf(validation, name)) },
  ]);
  const filled = measured.filter(({ of }) => history.epochs.some((record) => of(record) !== ''));
  return [
    { name: 'epoch', of: ({ epoch }) => epoch },
    ...filled,
    { name: 'seconds', of: ({ seconds }) => exact(seconds) },
  ];
}
