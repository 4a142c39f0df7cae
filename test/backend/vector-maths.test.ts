import { expect, it } from 'vitest';
import { erf } from '../../src/expr/erf';
import { sweep, withAndWithoutMultiplyAdd } from './sweep';

sweep(9973, 200, 0.2);

const exponents = [0, 1, -1, 2, 3, -3, 0.5, -2.5, Infinity, -Infinity, NaN];
/** torch.pow of each base by those exponents. */
const powers: readonly (readonly [base: number, powers: readonly number[]])[] = [
  [0, [1, 0, Infinity, 0, 0, Infinity, 0, Infinity, 0, Infinity, NaN]],
  [-0, [1, -0, -Infinity, 0, -0, -Infinity, 0, Infinity, 0, Infinity, NaN]],
  [1, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  [-1, [1, -1, -1, 1, -1, -1, NaN, NaN, 1, 1, NaN]],
  [2, [1, 2, 0.5, 4, 8, 0.125, Math.SQRT2, 2 ** -2.5, Infinity, 0, NaN]],
  [-2, [1, -2, -0.5, 4, -8, -0.125, NaN, NaN, Infinity, 0, NaN]],
  [0.5, [1, 0.5, 2, 0.25, 0.125, 8, Math.SQRT1_2, 2 ** 2.5, 0, Infinity, NaN]],
  [-0.5, [1, -0.5, -2, 0.25, -0.125, -8, NaN, NaN, 0, Infinity, NaN]],
  [Infinity, [1, Infinity, 0, Infinity, Infinity, 0, Infinity, 0, Infinity, 0, NaN]],
  [-Infinity, [1, -Infinity, -0, Infinity, -Infinity, -0, Infinity, 0, Infinity, 0, NaN]],
  [NaN, [1, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN]],
];
/** Parity of large exponents, the last powers of two, and denormal bases. */
const more: readonly (readonly [x: number, y: number, power: number])[] = [
  [-1, 2 ** 24 - 1, -1],
  [-1, 2 ** 24, 1],
  [-1, -1e10, 1],
  [-0.5, 3.4e38, 0],
  [-1, 2 ** 22 + 0.5, NaN],
  [2, 127, 2 ** 127],
  [2, 128, Infinity],
  [-2, 129, -Infinity],
  [2, -126, 2 ** -126],
  [2 ** -126, 1, 2 ** -126],
  [2 ** -140, -0.5, 2 ** 70],
  [2 ** -149, 0, 1],
];

withAndWithoutMultiplyAdd((accuracy, fused) => {
  it("pow's special cases are PyTorch's", () => {
    const rows = [...powers.flatMap(([x, values]) => values.map((value, i) => [x, exponents[i]!, value])), ...more];
    const { evaluate, errorOf, pow } = accuracy();
    const values = evaluate(pow.expr, rows.map(([x]) => x!), rows.map(([, y]) => y!)); // prettier-ignore
    rows.forEach(([x, y, wanted], i) => expect(errorOf(values[i]!, wanted!), `${x} ** ${y}: ${values[i]}`).toBeLessThanOrEqual(pow.limit)); // prettier-ignore
  });

  it('sin and cos of what is too far for them are still at most 1', () => {
    const far = accuracy().points(99991, 0).filter((x) => Math.abs(x) > 1e4 && Number.isFinite(x)); // prettier-ignore
    for (const name of ['sin', 'cos'] as const)
      expect(
        accuracy()
          .evaluate(accuracy().functions[name].expr, far)
          .every((v) => Math.abs(v) <= 1),
      ).toBe(true);
  });

  it(fused ? 'rounds once where the machine can' : 'rounds the product before the sum', () => {
    const values = accuracy().evaluate(accuracy().multiplyAdd, [1 + 2 ** -12], [-1 - 2 ** -11]);
    expect(fused ? [0, 2 ** -24] : [0]).toContain(values[0]);
  });
});

it('the error function that results are held against is right', () => {
  const known = [[1e-20, 1.128379167095513e-20], [0.5, 0.520499877813046], [1, 0.842700792949715], [2.5, 0.999593047982555]]; // prettier-ignore
  for (const [x, y] of known) expect(erf(x!) / y!).toBeCloseTo(1, 13);
});
