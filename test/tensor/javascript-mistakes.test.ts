import { describe, expect, it } from 'vitest';
import { concatenate, DTypeError, evaluate, IndexError, Linear, randn, relu, ShapeError, softmax, stack, ValueError, zeros } from 'decograd'; // prettier-ignore

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

describe('what is no tensor', () => {
  const x = () => untyped(zeros([2, 3]));
  const dropped =
    'an undefined parameter is often a field with a dropped decorator: write it as `@param(...) w!: Parameter`';
  for (const [what, call, ...texts] of [
    ['a list', () => x().add([1, 2, 3]), 'add: expected a tensor or a number, got [1, 2, 3]; tensor(values) makes'],
    ['a list of lists', () => x().matmul([[1], [2]]), 'matmul: expected a tensor or a number, got a list; tensor(values)'], // prettier-ignore
    ['a text', () => x().pow('2'), 'pow: expected a tensor or a number, got "2"'],
    ['a promise', () => x().mul(x().data()), 'mul: expected a tensor or a number, got an instance of Promise; await it first'], // prettier-ignore
    ['a module', () => x().sub(new Linear(1, 2)), 'sub: expected a tensor or a number, got an instance of', 'call its forward(x)'], // prettier-ignore
    ['nothing', () => x().div(), 'div: expected a tensor or a number, got undefined; ', dropped],
    ['a list given to a function', () => untyped(relu)([1, 2]), 'relu: expected a tensor, got [1, 2]; tensor(values)'],
    ['a number given to a function', () => untyped(softmax)(3, 0), 'softmax: expected a tensor, got 3'],
    ['nothing given to a function', () => untyped(relu)(), 'relu: expected a tensor, got undefined; ', dropped],
    ['lists in a list', () => untyped(stack)([[1], [2]]), 'stack: expected a tensor, got [1]'],
    ['a new value', () => untyped(x()).assign([1]), 'assign: expected a tensor or a number, got [1]'],
  ] as const)
    it(`${what} is named with its operation`, () => {
      expect(call).toThrow(DTypeError);
      for (const text of texts) expect(call).toThrow(text);
    });

  it('only what is undefined is called a dropped field', () => {
    for (const given of ['2', [1], null, {}]) expect(() => x().add(given)).not.toThrow('decorator');
  });

  it('tensors to be joined are a list', () => {
    expect(() => untyped(concatenate)(x(), x())).toThrow(ValueError);
    expect(() => untyped(concatenate)(x(), x())).toThrow(/^concatenate: takes the tensors as a list, concatenate\(\[a, b\]\), not an instance of /); // prettier-ignore
  });

  it('axes are numbers', () => {
    expect(() => x().sum({ dim: 1 })).toThrow(IndexError);
    expect(() => x().sum({ dim: 1 })).toThrow('sum: axes are a number or a list of numbers, not an instance of Object');
    expect(() => x().mean('1')).toThrow('mean: axes are a number or a list of numbers, not "1"');
  });
});
