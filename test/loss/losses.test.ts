import { describe, expect, it } from 'vitest';
import {
  CrossEntropyLoss,
  crossEntropyLoss,
  DTypeError,
  IndexError,
  MSELoss,
  mseLoss,
  randn,
  ShapeError,
  tensor,
  ValueError,
  type Tensor,
} from 'decograd';
import fixtures from '../fixtures/training.json';

interface Listed {
  shape: number[];
  dtype: string;
  values: number[];
}
const make = ({ shape, dtype, values }: Listed) =>
  dtype === 'int64' ? tensor(new Int32Array(values), { shape }) : tensor(new Float32Array(values), { shape });
const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const functions: Record<string, (output: Tensor, target: Tensor, options: object) => Tensor> = {
  mse_loss: mseLoss,
  cross_entropy: crossEntropyLoss,
};
const modules: Record<string, new (options: object) => { forward(output: Tensor, target: Tensor): Tensor }> = {
  mse_loss: MSELoss,
  cross_entropy: CrossEntropyLoss,
};

function expectClose(actual: ArrayLike<number>, wanted: readonly number[], relative: number): void {
  expect(actual.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++)
    expect(Math.abs(actual[i]! - wanted[i]!)).toBeLessThanOrEqual(1e-6 + relative * Math.abs(wanted[i]!));
}

describe('values and gradients are those of PyTorch', () => {
  fixtures.losses.forEach((sample, i) => {
    const options = Object.fromEntries(
      Object.entries(sample.options).map(([key, value]) => [
        camel(key),
        typeof value === 'object' ? make(value as Listed) : value,
      ]),
    );
    it(`${i} ${sample.loss} [${sample.output.shape.join()}] ${sample.target.dtype} ${Object.keys(options).join()}`, async () => {
      const output = make(sample.output);
      output.requiresGrad = true;
      const value = functions[sample.loss]!(output, make(sample.target), options);
      expect(value.shape).toEqual(sample.value.shape);
      value.sum().backward();
      expectClose(await value.data(), sample.value.values, 1e-5);
      expectClose(await output.grad!.data(), sample.gradient.values, 1e-4);
      const again = new modules[sample.loss]!(options).forward(make(sample.output), make(sample.target));
      expect(await again.data()).toEqual(await value.data());
    });
  });
});

it('labels that are computed are checked when they are', () => {
  const labels = tensor([1, 2]).mul(2).int();
  expect(() => crossEntropyLoss(randn([2, 3]), labels).itemSync()).toThrow(IndexError);
});

describe('refuses', () => {
  const logits = randn([2, 3]);
  const rows: [string, () => unknown, new (message: string) => Error, RegExp][] = [
    [
      'shapes that differ',
      () => mseLoss(randn([4, 1]), randn([4]) as Tensor),
      ShapeError,
      /mseLoss: the output is \[4, 1\], the target \[4\]; reshape/,
    ],
    [
      'a reduction by position',
      () => mseLoss(logits, logits, 'sum' as never),
      ValueError,
      /mseLoss: options are one object with any of reduction, weight; not 'sum'/,
    ],
    [
      "PyTorch's spelling",
      () => crossEntropyLoss(logits, logits, { label_smoothing: 0.1 } as object),
      ValueError,
      /crossEntropyLoss: there is no option 'label_smoothing'; did you mean 'labelSmoothing'/,
    ],
    [
      'the same for a module',
      () => new CrossEntropyLoss({ reduce: 'sum' } as object),
      ValueError,
      /CrossEntropyLoss: there is no option 'reduce'/,
    ],
    [
      'an unknown option',
      () => new MSELoss({ weight: 1 } as object),
      ValueError,
      /MSELoss: there is no option 'weight'; known are reduction/,
    ],
    [
      'an unknown reduction',
      () => mseLoss(logits, logits, { reduction: 'avg' as 'mean' }),
      ValueError,
      /'mean', 'sum' or 'none', not avg/,
    ],
    [
      'a label out of range',
      () => crossEntropyLoss(logits, tensor([0, 3], { dtype: 'int32' })),
      IndexError,
      /label 3 is no class; allowed are 0 to 2/,
    ],
    ['a negative label', () => crossEntropyLoss(logits, tensor([0, -1], { dtype: 'int32' })), IndexError, /label -1/],
    [
      'labels as floats',
      () => crossEntropyLoss(logits, tensor([0, 1])),
      ShapeError,
      /are these labels\? Make them int32 with \.int\(\)/,
    ],
    [
      'too many labels',
      () => crossEntropyLoss(logits, tensor([0, 1, 2], { dtype: 'int32' }) as Tensor),
      ShapeError,
      /labels of shape \[2\], got \[3\]/,
    ],
    [
      'int32 logits',
      () => crossEntropyLoss(logits.int(), tensor([0, 1], { dtype: 'int32' })),
      DTypeError,
      /\.float\(\)/,
    ],
    ['boolean labels', () => crossEntropyLoss(logits, tensor([true, false])), DTypeError, /int32 labels or float32/],
    [
      'a wrong weight',
      () => crossEntropyLoss(logits, tensor([0, 1], { dtype: 'int32' }), { weight: randn([2]) }),
      ShapeError,
      /one factor per class, \[3\], not \[2\]/,
    ],
    [
      'smoothing over 1',
      () => crossEntropyLoss(logits, tensor([0, 1], { dtype: 'int32' }), { labelSmoothing: 2 }),
      ValueError,
      /from 0 to 1, not 2/,
    ],
  ];
  for (const [what, attempt, type, message] of rows)
    it(what, () => {
      expect(attempt).toThrow(type);
      expect(attempt).toThrow(message);
    });
});
