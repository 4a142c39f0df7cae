import { describe, expect, it } from 'vitest';
import {
  arange,
  Buffer,
  concatenate,
  DTypeError,
  evaluate,
  full,
  GradientError,
  IndexError,
  Linear,
  ones,
  Parameter,
  randn,
  relu,
  ShapeError,
  softmax,
  stack,
  Tensor,
  tensor,
  ValueError,
  zeros,
} from 'decograd';

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
    ['a list of lists', () => x().matmul([[1], [2]]), 'matmul: expected a tensor or a number, got a list of 2; tensor(values)'], // prettier-ignore
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

describe('what makes tensors', () => {
  for (const [what, call, error, text] of [
    [
      'an option that is none',
      () => untyped(zeros)([1], { dtpe: 'int32' }),
      ValueError,
      "zeros: there is no option 'dtpe'; did you mean 'dtype'?",
    ],
    [
      'an option of tensor that is none',
      () => untyped(tensor)([1], { requires_grad: true }),
      ValueError,
      "tensor: there is no option 'requires_grad'; did you mean 'requiresGrad'?",
    ],
    [
      'a dtype for options',
      () => untyped(tensor)([1], 'int32'),
      ValueError,
      "tensor: options are one object with any of dtype, requiresGrad, device, shape; not 'int32'",
    ],
    [
      'an option of a parameter that is none',
      () => new (untyped(Parameter))(ones([1]), { requires_grad: false }),
      ValueError,
      "new Parameter: there is no option 'requires_grad'",
    ],
    [
      'a dtype that is none',
      () => untyped(tensor)([1], { dtype: 'float' }),
      DTypeError,
      'tensor: float is no dtype; tensors are float32, int32 or bool',
    ],
    [
      'a dtype of files',
      () => untyped(zeros)([1], { dtype: 'float16' }),
      DTypeError,
      'zeros: float16 is for files only; tensors are',
    ],
    [
      'a dtype of files for a range',
      () => untyped(arange)(0, 3, 1, { dtype: 'float64' }),
      DTypeError,
      'arange: float64 is for files only',
    ],
    [
      'full without its value',
      () => untyped(full)([2]),
      DTypeError,
      'full: takes a shape and a number, full([2, 3], 0.5), not undefined',
    ],
    ['new Tensor', () => new (untyped(Tensor))([1, 2]), ValueError, 'tensors are made by tensor([1, 2])'],
    [
      'a parameter of numbers',
      () => new (untyped(Parameter))([1, 2]),
      ValueError,
      'new Parameter(tensor([1, 2])); not of [1, 2]',
    ],
    ['a parameter of nothing', () => new (untyped(Parameter))(), ValueError, 'not of undefined'],
    ['a buffer of numbers', () => new (untyped(Buffer))([1, 2]), ValueError, 'not of [1, 2]'],
  ] as const)
    // prettier-ignore
    it(`${what} is refused`, () => {
      expect(call).toThrow(error);
      expect(call).toThrow(text);
    });
});

describe('gradients', () => {
  const scalar = () => untyped(new Parameter(ones([2]))).sum();

  it('options come behind the gradient of the output', () => {
    expect(() => scalar().backward({ retainGraph: true })).toThrow(GradientError);
    expect(() => scalar().backward({ retainGraph: true })).toThrow(
      'backward: the gradient must be a tensor, not an instance of Object; options come behind it, backward(undefined, { retainGraph: true })',
    );
    expect(() => scalar().backward(undefined, { retain_graph: true })).toThrow("did you mean 'retainGraph'?");
  });

  it('what is put into .grad is a tensor of the shape', () => {
    const parameter = untyped(new Linear(2, 3).weight);
    expect(() => (parameter.grad = [1])).toThrow('Linear.weight.grad is a tensor or null, not [1]');
    expect(() => (parameter.grad = ones([1]))).toThrow(ShapeError);
    expect(() => (parameter.grad = ones([1]))).toThrow('the gradient [1] must have the shape [3, 2]');
    parameter.grad = ones([3, 2]);
    parameter.grad = null;
    expect(parameter.grad).toBeNull();
  });

  it('bounds of clamp are numbers', () => {
    expect(() => untyped(ones([1])).clamp({ min: 2 })).toThrow('clamp: bounds are numbers, clamp(low, high), not an instance of Object'); // prettier-ignore
  });
});
