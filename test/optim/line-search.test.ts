import { describe, expect, it } from 'vitest';
import { strongWolfe, type LinePoint } from '../../src/optim/line-search';
import fixtures from '../fixtures/line-search.json';

/** The functions of test/oracle/line_search.py, and their derivatives. */
const functions: Record<string, [(x: number) => number, (x: number) => number]> = {
  bowl: [(x) => (x - 3) ** 2, (x) => 2 * (x - 3)],
  steep: [(x) => (x - 0.01) ** 4 - x, (x) => 4 * (x - 0.01) ** 3 - 1],
  waves: [(x) => Math.cos(3 * x) * 0.6 - 0.7 * x + 0.05 * x ** 2, (x) => -1.8 * Math.sin(3 * x) - 0.7 + 0.1 * x],
  valley: [(x) => -1 / (1 + (x - 2) ** 2) + 0.01 * x ** 2, (x) => (2 * (x - 2)) / (1 + (x - 2) ** 2) ** 2 + 0.02 * x],
  far: [(x) => Math.log(1 + (x - 500) ** 2), (x) => (2 * (x - 500)) / (1 + (x - 500) ** 2)],
  slope: [(x) => -x, () => -1],
  kink: [(x) => Math.sqrt((x - 1) ** 2 + 1e-2), (x) => (x - 1) / Math.sqrt((x - 1) ** 2 + 1e-2)],
};

describe("the line search asks where PyTorch's does, and finds what it finds", () => {
  it.each(fixtures.cases)('$name from $t, at most $limit', async (wanted) => {
    const [value, slope] = functions[wanted.name]!;
    const places: number[] = [];
    const point = (t: number): LinePoint => ({ t, loss: value(t), slope: slope(t) });
    const at = (t: number) => (places.push(t), Promise.resolve(point(t)));
    const isNarrow = (width: number) => width < 1e-9;
    const found = await strongWolfe(wanted.t, { at, start: point(0), limit: wanted.limit, isNarrow });
    expect(found.evaluations).toBe(wanted.evaluations);
    const near = (x: number) => expect.closeTo(x, 6 - Math.ceil(Math.log10(Math.abs(x) + 1)));
    expect(places).toEqual(wanted.places.map(near));
    expect([found.point.t, found.point.loss]).toEqual([near(wanted.length), near(wanted.loss)]);
  });
});
