import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { parameters } from '../../module';
import { show } from '../../module/shape-declaration';
import { backendOf } from '../../plan';
import { machine } from '../../profile/machine';
import type { Callback, Run } from '../events';
import { reportPage } from './report/page';
import { RunMemory } from './report/run-memory';
import { pathOf, textFile } from './text-file';

export interface HtmlReportOptions {
  /** The heading. Default: `Training report`. */
  readonly title?: string;
  /** What confusion matrices call the classes, in their order; those without a name are numbered. */
  readonly classes?: readonly string[];
}

const where = 'htmlReport';

/**
 * Writes a page about the run: how it stands or why it ended, loss and metrics over epochs and recorded steps, confusion
 * matrices (of metrics whose value is a square matrix), gradient norms where `record.gradients` has them, the parameter
 * inventory, settings, machine and versions. It is one HTML file that loads nothing. It is written when the run begins,
 * after every epoch, and when the run ends however that is; who reads it meanwhile finds a whole page, which
 * reloads itself until the run is over.
 * @param path of the file; its folder must be there
 * @throws ValueError for a path or options that cannot be, and, before the first step, for a file that cannot be written;
 *   DeviceError in a browser, where there are no files
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { accuracy }, callbacks: [htmlReport('run.html')] });
 */
export function htmlReport(path: string, options: HtmlReportOptions = {}): Callback {
  const file = textFile(where, pathOf(where, path), 'history is plain data: draw it in the page');
  checkOptions(where, options, ['title', 'classes']);
  const { title = 'Training report', classes = [] } = options;
  checkTexts(title, classes);
  const memory = new RunMemory();
  const write = (run: Run, isOver = false) =>
    file.replace(reportPage({ title, classes, run, isOver, ...memory, written: new Date(), ...placeOf(run) }));
  return {
    name: where,
    writes: true,
    onFitStart(run) {
      memory.forget();
      write(run);
    },
    onBatchEnd: (run) => memory.noteRates(run),
    onBoundary(run, after) {
      if (after === 'epoch') write(run);
    },
    onFitEnd: (run) => write(run, true),
    stateDict: () => memory.stateDict(),
    loadStateDict: (state) => memory.loadStateDict(state),
  };
}

function checkTexts(title: unknown, classes: unknown): void {
  if (typeof title !== 'string' || title === '')
    throw new ValueError(`${where}: title must be a text that is not empty, not ${show(title)}`);
  if (!Array.isArray(classes))
    throw new ValueError(`${where}: classes must be a list of names, such as ['cat', 'dog'], not ${show(classes)}`);
  const wrong: unknown = classes.find((name) => typeof name !== 'string');
  if (wrong !== undefined) throw new ValueError(`${where}: classes must be a list of names; one is ${show(wrong)}`);
}

/** Where the run computes. */
function placeOf({ model }: Run) {
  const device = parameters(model)[0].device;
  return { device, adapter: backendOf(device).hardware.adapter, machine: machine() };
}
