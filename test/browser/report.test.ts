import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accuracy, confusionMatrix, crossEntropyLoss, htmlReport, type History } from '../../src';
import { problem } from '../train/problem';
import { type Browser, errorsOf, launchChromium, type Page } from './chromium';

const epochs = 7;
const evil = `<script>document.title = 'mine'</script><img src="https://example.org/x.png" onerror="document.title = 'mine'">`;

let folder: string;
let history: History;
let browser: Browser;
let page: Page;
let errors: readonly string[];
const requests: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'decograd-report-'));
  const path = join(folder, 'run.html');
  const callbacks = [htmlReport(path, { title: evil, classes: [evil, 'above'] })];
  const metrics = { accuracy, confusion: confusionMatrix() } as never;
  const { trainer, x } = problem({ callbacks, metrics, loss: crossEntropyLoss });
  const data = [x, x.sum(1).gt(0).int()] as const;
  history = await trainer.fit(data, { epochs, batchSize: 4, validation: data, recordSteps: 1, progress: false });
  browser = await launchChromium();
  page = await browser.newPage();
  errors = errorsOf(page);
  page.on('request', (request) => void requests.push(request.url()));
  await page.setViewportSize({ width: 1200, height: 900 });
  await page.goto(pathToFileURL(path).href);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('it asks for itself alone, runs nothing, and has no errors', async () => {
  expect(requests.map((address) => new URL(address).protocol)).toEqual(['file:']);
  expect(await page.evaluate(() => document.title, null)).toBe(`${evil}: Finished: 7 epochs and 21 steps, as many as were asked for`); // prettier-ignore
  expect(errors).toEqual([]);
});

test('curves have a point for every epoch and step, and what they show is seen', async () => {
  const curves = () =>
    page.evaluate(
      () =>
        [...document.querySelectorAll('.chart .line')].map((line) => ({
          points: line.querySelectorAll('circle').length,
          corners: line.querySelector('path')!.getAttribute('d')!.split(/[ML]/).length - 1,
          isSeen: line.getBoundingClientRect().width > 100 && getComputedStyle(line.querySelector('path')!).stroke !== 'none', // prettier-ignore
        })),
      null,
    );
  const curve = (points: number) => ({ points, corners: points, isSeen: true });
  const [byEpoch, bySteps] = [curve(epochs), curve(history.steps!.length)];
  const measured = [byEpoch, byEpoch, bySteps]; // training, validation; steps
  expect(await curves()).toEqual([...measured, ...measured, byEpoch]); // loss, accuracy; time
});

const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor, null);

test('it fits a phone, in the dark too', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background()).not.toBe(light);
  expect(await page.evaluate(() => document.documentElement.scrollWidth, null)).toBeLessThanOrEqual(360);
});

test('it is printed dark on light, with nothing cut off', async () => {
  await page.setViewportSize({ width: 900, height: 1200 });
  await page.emulateMedia({ colorScheme: 'dark', media: 'print' });
  const colour = await page.evaluate(() => getComputedStyle(document.documentElement).color, null);
  expect(colour).toBe('rgb(28, 31, 38)');
  const clipped = () =>
    [...document.querySelectorAll('.scroll')].filter((part) => getComputedStyle(part).overflowX !== 'visible').length;
  expect(await page.evaluate(clipped, null)).toBe(0);
});
