import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteCount, duration, figure, moment, setting } from '../../../src/train/callbacks/report/figures';
import { lineChart } from '../../../src/train/callbacks/report/line-chart';
import { markup } from '../../../src/train/callbacks/report/markup';
import { canBeDrawn, countScale, valueScale } from '../../../src/train/callbacks/report/scale';
import { thinned } from '../../../src/train/callbacks/report/thinning';
import { attribute, decoded, elements, parsePage, textOf } from './page-elements';

const drawable = fc.double({ noNaN: true, min: -1e300, max: 1e300 });

describe('an axis', () => {
  it('holds every value, and has 2 to 9 ticks that rise within it', () => {
    fc.assert(
      fc.property(fc.array(drawable, { minLength: 1, maxLength: 20 }), (values) => {
        const scale = valueScale(values);
        const places = values.map((value) => scale.at(value));
        expect(Math.min(...places)).toBeGreaterThanOrEqual(-1e-9);
        expect(Math.max(...places)).toBeLessThanOrEqual(1 + 1e-9);
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
        expect(scale.ticks.length).toBeLessThanOrEqual(9);
        const steps = scale.ticks.map((tick) => scale.at(tick));
        expect(steps).toEqual([...steps].sort((a, b) => a - b));
        expect(new Set(steps).size).toBe(steps.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('of counts has whole ticks from the first to the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }), (first, more) => {
        const { ticks } = countScale([first, first + more]);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks.every((tick) => Number.isInteger(tick) && tick >= first && tick <= first + more)).toBe(true);
      }),
    );
  });

  it('is logarithmic where values span two decades', () => {
    expect(valueScale([0.02, 1.9])).toMatchObject({ isLog: false, ticks: [0, 0.5, 1, 1.5, 2] });
    expect(valueScale([0.004, 2])).toMatchObject({ isLog: true, ticks: [0.001, 0.01, 0.1, 1, 10] });
    expect(valueScale([0, 1000]).isLog).toBe(false);
  });
});

it('thinning keeps the order, the lowest and the highest of a long curve, and short curves whole', () => {
  const points = (values: readonly number[]) => values.map((y, x) => ({ x, y }));
  const short = points(Array(400).fill(1));
  expect(thinned(short)).toBe(short);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 401, maxLength: 1500 }), (values) => {
      const kept = thinned(points(values));
      expect(kept.length).toBeLessThanOrEqual(400);
      expect(kept.every(({ x }, i) => i === 0 || x > kept[i - 1]!.x)).toBe(true);
      expect(thinned(points([NaN, ...values])).filter(({ y }) => Number.isNaN(y))).toEqual([]);
      expect(Math.min(...kept.map(({ y }) => y))).toBe(Math.min(...values));
      expect(Math.max(...kept.map(({ y }) => y))).toBe(Math.max(...values));
    }),
  );
});

describe('a chart', () => {
  const chartOf = async (ys: readonly number[]) => {
    const svg = lineChart('label', 'epoch', [
      { kind: 'plain', name: 'loss', points: ys.map((y, i) => ({ x: i + 1, y })) },
    ]);
    return svg && parsePage(svg.text);
  };

  it('leaves a gap where there is no finite number', async () => {
    const page = (await chartOf([1, NaN, 3, Infinity, 2, 4]))!;
    const [path] = elements(page, 'path');
    expect(attribute(path!, 'd')!.replace(/[\d. ]+/g, '')).toBe('MMML');
    expect(elements(page, 'circle').length).toBe(4);
  });

  it('is not drawn where there is no finite number at all', async () => {
    expect(await chartOf([])).toBeUndefined();
    expect(await chartOf([NaN, -Infinity])).toBeUndefined();
  });

  it('has its points within the picture, whatever their numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double(), { minLength: 1, maxLength: 12 }), async (ys) => {
        const page = await chartOf(ys);
        expect(page === undefined).toBe(!ys.some(canBeDrawn));
        for (const circle of page ? elements(page, 'circle') : []) {
          const [x, y] = [Number(attribute(circle, 'cx')), Number(attribute(circle, 'cy'))];
          expect(x >= 0 && x <= 400 && y >= 0 && y <= 210).toBe(true);
        }
      }),
    );
  });
});

it('any text comes out of markup as it went in, in an element and in an attribute', async () => {
  const readable = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((text) => text.trim() === text && text !== '');
  await fc.assert(
    fc.asyncProperty(fc.oneof(readable, fc.constantFrom('</p>', '"><b>', "'--", '<!--', '&lt;', '{{a}}')), async (text) => {
      const page = await parsePage(markup`<pre title="${text}">${text}</pre>`.text);
      const [pre] = elements(page, 'pre');
      expect([textOf(pre!), decoded(attribute(pre!, 'title')!)]).toEqual([text, text]);
      expect(elements(pre!, 'pre').length).toBe(1);
    }),
  ); // prettier-ignore
});

it.each([
  [0, '0'], [1234567, '1,234,567'], [0.5, '0.5000'], [12.3456, '12.346'], [-1234.56, '-1,234.6'], [0.000123456, '1.235e-4'],
  [1.5e7 + 0.5, '1.500e+7'], [NaN, 'NaN'], [-Infinity, '-Infinity'],
])('the figure %d is written %s', (value, text) => expect(figure(value)).toBe(text)); // prettier-ignore

it('settings, times and bytes are written as people do', () => {
  expect([0.01, 0.999, 1e-8, 0.01 * 0.3 * 0.3, 100].map(setting)).toEqual(['0.01', '0.999', '1e-8', '9e-4', '100']);
  expect([0.0251, 3.25, 59.96, 125, 7625].map(duration)).toEqual(['25 ms', '3.3 s', '1 min 00 s', '2 min 05 s', '2 h 07 min']); // prettier-ignore
  expect([0, 1023, 1536, 8 * 2 ** 30].map(byteCount)).toEqual(['0 bytes', '1023 bytes', '1.5 KiB', '8.0 GiB']);
  expect(moment(new Date('2026-05-01T14:03:59Z'))).toBe('2026-05-01 14:03 UTC');
});
