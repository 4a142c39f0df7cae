import { describe, expect, it } from 'vitest';
import { evaluate, randn, ShapeError, ValueError, zeros } from 'decograd';

/** What types refuse, and JavaScript lets through. */
const untyped = (x: unknown) => x as any;

describe('what PyTorch takes one by one and is a list here', () => {
  const x = () => untyped(zeros([2, 3]));
  for (const [what, call] of [
    ['randn', () => untyped(randn)(2, 3)],
    ['reshape', () => x().reshape(3, 2)],
    ['expand', () => x().expand(2, 3)],
    ['permute', () => x().permute(1, 0)],
    ['pad', () => x().pad(1, 1)],
  ] as const)
    it(`${what} says so`, () => {
      expect(call).toThrow(ShapeError);
      expect(call).toThrow(new RegExp(`^${what}: takes .* as a list, not \\d$`));
    });

  it('evaluate takes tensors one by one', async () => {
    await expect(untyped(evaluate)([zeros([2])])).rejects.toThrow(ValueError);
    await expect(untyped(evaluate)([zeros([2])])).rejects.toThrow(/^evaluate: takes tensors, evaluate\(a, b\), not /);
  });
});
