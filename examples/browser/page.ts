// The page: what is pressed and drawn goes to the worker, what it tells is shown.
import { Controls } from './controls';
import { showDevices } from './device-picker';
import { DrawingPad } from './drawing-pad';
import { byId } from './element';
import type { FromWorker, Progress, ToWorker } from './messages';
import { mnistImage } from './mnist-image';
import { moduleTree } from './module-tree';
import { Plot } from './plot';
import { Questions } from './questions';
import { ReadingView } from './reading-view';

const worker = new Worker('worker.js', { type: 'module' });
const tell = (message: ToWorker) => worker.postMessage(message);

const controls = new Controls(tell, open);
const questions = new Questions(tell);
const view = new ReadingView();
const pad = new DrawingPad(byId('pad', HTMLCanvasElement), read);
const choice = byId('device', HTMLSelectElement);
const testDigit = byId('test-digit', HTMLInputElement);
const [loss, accuracy] = [new Plot(byId('loss', HTMLCanvasElement)), new Plot(byId('accuracy', HTMLCanvasElement), 1)];
const [where, lossNow, accuracyNow] = ['where', 'loss-now', 'accuracy-now'].map((id) => byId(id, HTMLElement));

/** A new model, on the device that is chosen. */
function open(): void {
  for (const plot of [loss, accuracy]) plot.clear();
  for (const text of [where, lossNow, accuracyNow]) text.textContent = '–';
  tell({ type: 'open', device: choice.value });
}

function read(): void {
  const pixels = mnistImage(pad.ink);
  if (pixels) questions.ask({ type: 'read', pixels });
}

function readTestDigit(): void {
  pad.clear();
  questions.ask({ type: 'readTestDigit', index: testDigit.valueAsNumber });
  testDigit.valueAsNumber = (testDigit.valueAsNumber + 1) % 10_000;
}

function clear(): void {
  pad.clear();
  view.clear();
  questions.forget();
}

function showProgress(now: Progress): void {
  where.textContent = `${now.step} of ${now.steps}`;
  loss.add(now.step, now.loss, now.steps);
  lossNow.textContent = now.loss.toFixed(3);
  if (now.accuracy === null) return;
  accuracy.add(now.step, now.accuracy, now.steps);
  accuracyNow.textContent = `${(100 * now.accuracy).toFixed(1)} %`;
  questions.repeat();
}

function showModel({ entries, totals }: Extract<FromWorker, { type: 'model' }>): void {
  byId('tree', HTMLElement).replaceChildren(moduleTree(entries));
  byId('totals', HTMLElement).textContent =
    `${totals.parameters.toLocaleString()} parameters, ${totals.bytes.toLocaleString()} bytes`;
}

function show(message: FromWorker): void {
  if (message.type === 'devices') {
    showDevices(choice, byId('devices', HTMLUListElement), message);
    open();
  } else if (message.type === 'model') showModel(message);
  else if (message.type === 'progress') showProgress(message);
  else if (message.type === 'state') {
    controls.show(message.state, message.device);
    if (message.state !== 'loading') questions.repeat();
  } else if (message.type === 'error') controls.complain(message.message);
  else if (questions.answered()) view.show(message);
}

worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => show(data));
worker.addEventListener('error', ({ message }) => controls.complain(`the worker failed: ${message}`));
choice.addEventListener('change', open);
byId('clear', HTMLButtonElement).addEventListener('click', clear);
byId('pick', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  readTestDigit();
});
