import { className } from '../../../module/metadata';
import type { Run } from '../../events';
import { measuredNames, epochCurves, type Curve } from './curves';
import { counted, duration, exact, figure, moment } from './figures';
import { markup, type Content, type Markup } from './markup';
import type { Report } from './report';

/** What the run is, how it stands or why it ended, and its latest numbers. */
export function summary(report: Report): Markup {
  const { title, run, began, written, device } = report;
  const { kind, text } = status(report);
  return markup`<header><h1>${title}</h1><p class="lead">${className(run.model)} on ${device}, begun ${moment(began)}</p><p class="status ${kind}" role="status">${text}</p>${tiles(run)}<p class="fine">Written ${moment(written)}${report.isOver ? '' : '; the page reloads itself while the run goes on'}.</p></header>`;
}

/** In words: how the run stands, or why it ended. */
export function status({ run, isOver }: Report): { kind: string; text: string } {
  const { history, epoch, step } = run;
  const done = `${counted(history.epochs.length, 'epoch')} and ${counted(step, 'step')}`;
  if (!isOver) return { kind: 'running', text: `Running: ${progressOf(run)}` };
  if (run.failure) return { kind: 'failed', text: `Failed in epoch ${epoch}, after ${counted(step, 'step')}: ${messageOf(run.failure.error)}` }; // prettier-ignore
  if (history.stopped !== undefined) return { kind: 'stopped', text: `Stopped after ${done}: ${history.stopped}` };
  return { kind: 'finished', text: `Finished: ${done}, as many as were asked for` };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function progressOf({ history, epochs }: Run): string {
  const done = history.epochs.length;
  if (!Number.isFinite(epochs)) return `${counted(done, 'epoch')} done`;
  const left = done === 0 ? '' : `, about ${duration(((epochs - done) * secondsOf(history)) / done)} to go`;
  return `${done} of ${counted(epochs, 'epoch')} done${left}`;
}

export const secondsOf = ({ epochs }: Run['history']): number => epochs.reduce((sum, { seconds }) => sum + seconds, 0);

/** One for each loss and metric, and one for the time. */
function tiles({ history }: Run): Markup {
  const measured = measuredNames(history).flatMap((name) => tileOf(name, epochCurves(history, name).curves));
  const seconds = secondsOf(history);
  const each = `${duration(seconds / history.epochs.length)} an epoch`;
  const time = history.epochs.length === 0 ? [] : [tile('time', duration(seconds), each)];
  return markup`<dl class="tiles">${[...measured, ...time]}</dl>`;
}

function tileOf(name: string, curves: readonly Curve[]): Markup[] {
  const main = curves.at(-1);
  if (main === undefined) return [];
  const [first] = curves;
  const beside = first === main ? '' : `training ${figure(first.points.at(-1)!.y)}`;
  const label = main.part === 'training' ? name : `validation ${name}`;
  return [tile(label, exact(main.points.at(-1)!.y), beside)];
}

const tile = (name: string, value: Content, beside: string): Markup =>
  markup`<div><dt>${name}</dt><dd><b>${value}</b><span>${beside}</span></dd></div>`;
