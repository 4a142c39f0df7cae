import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servePage } from '../../examples/browser/server';
import { type Browser, errorsOf, launchChromium, type Page } from './chromium';

/** Where the picture of the trained page goes; the one of README is made with SCREENSHOT=docs/browser-page.png. */
const picture = process.env.SCREENSHOT ?? 'test/browser/.cache/page.png';

type Stroke = readonly (readonly [x: number, y: number])[];
const circle: Stroke = Array.from({ length: 25 }, (_, i) => [0.5 + 0.2 * Math.sin(i / 4), 0.5 - 0.3 * Math.cos(i / 4)]);
/** Digits as people draw them, in parts of the pad. */
const drawings: Readonly<Record<string, readonly Stroke[]>> = {
  0: [circle],
  1: [[[0.5, 0.15], [0.48, 0.85]]],
  4: [[[0.35, 0.15], [0.3, 0.5], [0.7, 0.5]], [[0.65, 0.2], [0.62, 0.88]]],
  7: [[[0.3, 0.2], [0.7, 0.2], [0.45, 0.85]]],
}; // prettier-ignore

let served: Awaited<ReturnType<typeof servePage>>;
let browser: Browser;
let page: Page;
let errors: readonly string[];

beforeAll(async () => {
  served = await servePage(0);
  browser = await launchChromium();
  page = await browser.newPage();
  errors = errorsOf(page);
  await page.setViewportSize({ width: 1200, height: 980 });
  await page.goto(served.address);
  await textBecomes('#status', '^ready');
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const text = (selector: string): Promise<string | null> => page.locator(selector).textContent();

function textBecomes(selector: string, pattern: string): Promise<unknown> {
  return page.waitForFunction(
    ([where, wanted]) => new RegExp(wanted!).test(document.querySelector(where!)?.textContent ?? ''),
    [selector, pattern],
    { timeout: 120_000 },
  );
}

async function draw(strokes: readonly Stroke[]): Promise<void> {
  await page.locator('#clear').click();
  const { x: left, y: top, width, height } = (await page.locator('#pad').boundingBox())!;
  for (const [[x, y], ...rest] of strokes as [[number, number], ...[number, number][]][]) {
    await page.mouse.move(left + x * width, top + y * height);
    await page.mouse.down();
    for (const [toX, toY] of rest) await page.mouse.move(left + toX * width, top + toY * height, { steps: 4 });
    await page.mouse.up();
  }
}

/** How sure the network is of each digit, as the page shows it. */
const probabilities = () =>
  page.evaluate(() => [...document.querySelectorAll('meter')].map(({ value }) => value), null);

test('wasm is taken where no GPU is real; devices that cannot be had say why', async () => {
  expect(await text('#status')).toBe('ready, on wasm');
  const choices = await page.evaluate(
    () => [...document.querySelectorAll('option')].map(({ value, disabled }) => ({ value, disabled })),
    null,
  );
  expect(choices).toContainEqual({ value: 'wasm', disabled: false });
  expect(choices).toContainEqual({ value: 'gpu:headlessgl', disabled: true });
  expect(await text('#devices')).toMatch(/gpu:headlessgl not here: \S/);
});

/** Which part of the pad is inked: its left, top, right and lower ends. */
const inked = () =>
  page.evaluate(() => {
    const pad = document.querySelector<HTMLCanvasElement>('#pad')!;
    const { width, height } = pad;
    const { data } = pad.getContext('2d')!.getImageData(0, 0, width, height);
    const places = [...Array(width * height).keys()].filter((i) => data[4 * i + 3]! > 127);
    const [columns, rows] = [places.map((i) => (i % width) / width), places.map((i) => Math.floor(i / width) / height)];
    return [Math.min(...columns), Math.min(...rows), Math.max(...columns), Math.max(...rows)];
  }, null);

test('ink is where the pointer was', async () => {
  await draw(drawings[7]!);
  const pen = 1 / 26; // half the width of a line
  const ends = [0.3 - pen, 0.2 - pen, 0.7 + pen, 0.85 + pen];
  (await inked()).forEach((end, k) => expect(Math.abs(end - ends[k]!)).toBeLessThan(0.015)); // four pixels
});

test('an untrained network knows nothing of what is drawn', async () => {
  await draw(drawings[7]!);
  await textBecomes('#answer', '^reads a');
  expect(Math.max(...(await probabilities()))).toBeLessThan(0.5);
});

test('it is held and goes on', async () => {
  await page.locator('#train').click();
  await textBecomes('#where', '^[1-9]');
  await page.locator('#train').click();
  await textBecomes('#status', '^paused');
  const held = await text('#where');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await text('#where')).toBe(held);
  await page.locator('#train').click();
  await textBecomes('#status', '^training');
  await page.waitForFunction((before) => document.querySelector('#where')!.textContent !== before, held);
});

test('it learns, and reads what is drawn with the mouse', async () => {
  await textBecomes('#status', '^trained, on wasm$');
  expect(await text('#where')).toBe('1876 of 1876');
  expect(parseFloat((await text('#accuracy-now'))!)).toBeGreaterThan(96);
  expect(Number(await text('#loss-now'))).toBeLessThan(0.5); // of the last few steps; it began at 2.3
  for (const [digit, strokes] of Object.entries(drawings)) {
    await draw(strokes);
    await textBecomes('#answer', `^reads a ${digit}$`);
    const sure = await probabilities();
    expect(sure.indexOf(Math.max(...sure))).toBe(Number(digit));
    expect(sure.reduce((sum, each) => sum + each)).toBeCloseTo(1, 4);
  }
  mkdirSync(dirname(picture), { recursive: true });
  await page.screenshot({ path: picture, fullPage: true });
});

test('a test digit is read with the keyboard alone', async () => {
  await page.locator('#test-digit').focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('0');
  await page.keyboard.press('Enter');
  await textBecomes('#answer', '^reads a 7, which is right$'); // as MNIST labels its first
});

test('the model is a tree of what it holds', async () => {
  expect(await text('#tree')).toMatch(/hidden.*weight \[256, 784\].*bias \[256\].*output.*weight \[10, 256\]/);
  expect(await text('#totals')).toBe('203,530 parameters, 814,120 bytes');
});

test('it fits a phone, in the dark too, and everything that can be used has a name', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth, null)).toBeLessThanOrEqual(360);
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor, null);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background()).not.toBe(light);
  const nameless = await page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLInputElement>('button, select, input, meter, canvas')]
        .filter(
          (part) => !(part.tagName === 'BUTTON' ? part.textContent?.trim() : part.labels?.length || part.ariaLabel),
        )
        .map(({ outerHTML }) => outerHTML),
    null,
  );
  expect(nameless).toEqual([]);
});

test('reset makes a new network, and the page had no errors', async () => {
  await page.locator('#reset').click();
  await textBecomes('#status', '^ready');
  expect(await text('#where')).toBe('–');
  await page.waitForFunction(() => [...document.querySelectorAll('meter')].every(({ value }) => value < 0.5), null);
  expect(errors).toEqual([]);
});
