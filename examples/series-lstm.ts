// An LSTM forecasts the carbon dioxide in the air, month by month, and is compared with forecasts that learn nothing.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import plot from 'simple-ascii-chart';
import {
  AdamW, device, inventory, Linear, LSTM, manualSeed, Module, module, mseLoss, setThreads, tensor, Trainer, type Callback, type Tensor,
} from 'decograd'; // prettier-ignore
import { carbonDioxide, firstYear } from './data/co2';

const past = 24; // months that a forecast looks back
const tested = 144; // the last months, which are not learned from
const scale = 3; // parts per million that count as 1

/** Windows of months [N, past, 1] to what the next one is [N, 1]; all in `scale`, from the last one of the window. */
@module
class Forecaster extends Module {
  readonly lstm = new LSTM(1, 32, { batchFirst: true });
  readonly head = new Linear(32, 1);
  forward(months: Tensor): Tensor {
    const [, [h]] = this.lstm.forward(months);
    return this.head.forward(h.squeeze(0));
  }
}

/** For each of the months the window before it. */
function windows(series: readonly number[], months: readonly number[]): Tensor {
  const before = (month: number) => series.slice(month - past, month);
  return tensor(months.map((month) => before(month).map((value) => [(value - series[month - 1]) / scale])));
}

/** Forecasts of a month from those before it, without learning. */
const baselines: Record<string, (series: readonly number[], month: number) => number> = {
  'the last month': (series, month) => series[month - 1],
  'the same month of last year': (series, month) => series[month - 12],
  'that, and the rise since then': (series, month) => series[month - 12] + series[month - 1] - series[month - 13],
};

type Point = [year: number, value: number];
/** A drawing of lines. */
function svg(lines: Readonly<Record<string, readonly Point[]>>): string {
  const all = Object.values(lines).flat();
  const [first, last, low, high] = [0, 1].flatMap((axis) => [Math.min, Math.max].map((end) => end(...all.map((point) => point[axis])))); // prettier-ignore
  const place = ([year, value]: Point) =>
    [40 + (820 * (year - first)) / (last - first), 360 - (320 * (value - low)) / (high - low)].map((n) => n.toFixed(1));
  const drawn = Object.entries(lines).map(([name, line], i) => {
    const color = ['gray', 'crimson'][i];
    const title = `<text x="50" y="${60 + 20 * i}" fill="${color}">${name}</text>`;
    return `${title}<polyline fill="none" stroke="${color}" points="${line.map(place).join(' ')}"/>`;
  });
  const range = `<text x="40" y="390">${first} to ${Math.ceil(last)}, ${low} to ${high} parts per million</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 400">\n${[...drawn, range].join('\n')}\n</svg>\n`;
}

async function main() {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { seed: text, epochs: text, threads: text, out: text } });
  const { seed = 1, epochs = 60, threads, out = join(tmpdir(), `decograd-co2-${process.pid}.svg`) } = values;
  if (threads !== undefined) setThreads(Number(threads));
  await device('auto');
  manualSeed(Number(seed));
  const series = carbonDioxide();
  const months = [...series.keys()].slice(past);
  const [train, test] = [months.slice(0, -tested), months.slice(-tested)];

  const model = new Forecaster();
  console.log(String(inventory(model)));
  const optimizer = new AdamW(model, { lr: 5e-3 });
  const slower: Callback = { onEpochEnd: () => void optimizer.paramGroups.forEach((group) => (group.lr *= 0.95)) };
  const trainer = new Trainer(model, { optimizer, loss: mseLoss, callbacks: [slower] });
  const next = tensor(train.map((month) => [(series[month] - series[month - 1]) / scale]));
  await trainer.fit([windows(series, train), next], { epochs: Number(epochs), batchSize: 32 });

  const steps = await (await trainer.predict(windows(series, test))).data();
  const forecast = test.map((month, i) => series[month - 1] + steps[i] * scale);
  const error = (name: string, guesses: readonly number[]) => {
    const sum = guesses.reduce((sum, guess, i) => sum + Math.abs(guess - series[test[i]]), 0);
    console.log(`  ${name}: ${(sum / tested).toFixed(3)}`);
  };
  console.log(`mean error in the last ${tested} months, in parts per million:`);
  for (const [name, guess] of Object.entries(baselines)) error(name, test.map((month) => guess(series, month))); // prettier-ignore
  error('the LSTM', forecast);

  const dated = (list: readonly number[]) => list.map((value, i): Point => [firstYear + test[i] / 12, value]);
  const lines = { measured: dated(test.map((month) => series[month])), forecast: dated(forecast) };
  const points = lines.forecast.slice(-48).map(([x, y]) => ({ x, y }));
  const axes = { customXAxisTicks: [2016, 2017, 2018, 2019], customYAxisTicks: [400, 405, 410, 415], formatter: String }; // prettier-ignore
  console.log(plot(lines.measured.slice(-48), { title: 'measured (line) and forecast (o)', points, symbols: { point: 'o' }, width: 96, height: 18, ...axes })); // prettier-ignore
  writeFileSync(out, svg(lines));
  console.log(`drawn in ${out}`);
}

void main();
