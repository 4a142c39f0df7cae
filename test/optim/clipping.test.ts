import { clipGradNorm, clipGradValue, GradientError, Linear, Parameter, parametersToVector, SGD, ShapeError, tensor, ValueError, vectorToParameters, zeros, type Tensor } from 'decograd'; // prettier-ignore
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import fixtures from '../fixtures/clipping.json';
import { relativeError } from './problem';

const made = (values: readonly number[], shape: readonly number[]): Tensor =>
  tensor(new Float32Array(values), { shape });
function parameters(): Parameter[] {
  return fixtures.shapes.map((shape, i) => {
    const parameter = new Parameter(made(fixtures.values[i]!, shape));
    parameter.grad = made(fixtures.gradients[i]!, shape);
    return parameter;
  });
}
const gradients = (list: readonly Parameter[]) => list.map((p) => [...p.grad!.dataSync()]);
const isNear = (actual: number[][], wanted: readonly number[][]) =>
  actual.forEach((values, i) => expect(relativeError([...values, 1], [...wanted[i]!, 1])).toBeLessThanOrEqual(1e-6));

describe('clipGradNorm is that of PyTorch', () => {
  it.each(fixtures.byNorm)('maxNorm $maxNorm, normType $normType', async (wanted) => {
    const list = parameters();
    const normType = wanted.normType === 'inf' ? Infinity : (wanted.normType as number);
    const norm = await clipGradNorm(list, wanted.maxNorm, { normType });
    expect(norm.shape).toEqual([]);
    isNear([[await norm.item()], ...gradients(list)], [[wanted.norm], ...wanted.gradients]);
  });

  it('has clipped when the call returns, before the step that follows', async () => {
    const weight = new Parameter(tensor([0, 0]));
    weight.grad = tensor([3, 4]);
    const norm = clipGradNorm(weight, 1);
    void new SGD([weight], { lr: 1 }).step();
    const [x, y] = weight.dataSync();
    expect([x, y]).toEqual([expect.closeTo(-0.6, 5), expect.closeTo(-0.8, 5)]);
    expect(await (await norm).item()).toBe(5);
    expect(gradients([weight])[0]).toEqual([expect.closeTo(0.6, 5), expect.closeTo(0.8, 5)]);
  });

  it('passes over parameters without a gradient, and takes a module', async () => {
    const layer = new Linear(2, 2);
    layer.weight.grad = tensor([[3, 0], [0, 4]]); // prettier-ignore
    expect(await (await clipGradNorm(layer, 10)).item()).toBe(5);
    expect(layer.bias!.grad).toBeNull();
    expect(await (await clipGradNorm([layer.bias!], 1)).item()).toBe(0);
  });

  it('refuses a norm that is not finite, if asked to, and changes nothing', async () => {
    const weight = new Parameter(tensor([0, 0]));
    weight.grad = tensor([NaN, 4]);
    const attempt = clipGradNorm(weight, 1, { errorIfNonfinite: true });
    await expect(attempt).rejects.toThrow(GradientError);
    await expect(attempt).rejects.toThrow(/norm of the gradients is NaN.*nothing was changed/);
    expect(gradients([weight])).toEqual([[NaN, 4]]);
    await clipGradNorm(weight, 1);
    expect(gradients([weight])).toEqual([[NaN, NaN]]);
  });
});

describe('clipGradValue is that of PyTorch', () => {
  it.each(fixtures.byValue)('clipValue $clipValue', (wanted) => {
    const list = parameters();
    clipGradValue(list, wanted.clipValue);
    isNear(gradients(list), wanted.gradients);
  });
});

describe('parameters as a vector', () => {
  it('is that of PyTorch', () => isNear([[...parametersToVector(parameters()).dataSync()]], [fixtures.vector]));

  it('lets gradients through', () => {
    const list = parameters();
    list.forEach((p) => (p.grad = null));
    parametersToVector(list).square().sum().backward();
    isNear(gradients(list), fixtures.values.map((values) => values.map((v) => 2 * v))); // prettier-ignore
  });

  it('and back gives every parameter its elements, whatever the shapes', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 5 }), (shapes) => {
        const list = shapes.map((sizes) => new Parameter(zeros(sizes) as Tensor));
        const count = list.reduce((sum, { size }) => sum + size, 0);
        const values = Array.from({ length: count }, (_, i) => i);
        vectorToParameters(made(values, [count]), list);
        expect(list.flatMap((p) => [...p.dataSync()])).toEqual(values);
        expect([...parametersToVector(list).dataSync()]).toEqual(values);
        expect(list.map((p) => [p.shape, p.requiresGrad])).toEqual(shapes.map((sizes) => [sizes, true]));
      }),
      { numRuns: 40 },
    );
  });
});

describe('refuses', () => {
  const p = () => new Parameter(tensor([1, 2]));
  const rows: [string, () => unknown, RegExp, (typeof ValueError | typeof ShapeError)?][] = [
    ['a vector too short', () => vectorToParameters(zeros([1]), [p()]), /vector is \[1\].* have 2 elements: \[2\]/, ShapeError], // prettier-ignore
    ['a matrix', () => vectorToParameters(zeros([1, 2]) as Tensor, [p()]), /vector is \[1, 2\]/, ShapeError],
    ['no vector', () => vectorToParameters([1, 2] as never, [p()]), /takes a tensor, not 1,2/],
    ['no parameters', () => parametersToVector([]), /parametersToVector: was given no parameters; give a module/],
    ['a plain tensor', () => parametersToVector([zeros([2])] as never), /item 0 is no Parameter/],
    ['a negative value', () => clipGradValue([p()], -1), /clipGradValue: clipValue must be .* at least 0, not -1/],
    ['a NaN value', () => clipGradValue([p()], NaN), /clipValue must be a finite number of at least 0, not NaN/],
  ];
  it.each(rows)('%s', (_, attempt, message, kind = ValueError) => {
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(kind);
  });

  const clips: [string, () => Promise<unknown>, RegExp][] = [
    ['a NaN norm', () => clipGradNorm([p()], NaN), /clipGradNorm: maxNorm must be a finite number of at least 0, not NaN/],
    ['a norm of type 0', () => clipGradNorm([p()], 1, { normType: 0 }), /normType must be above 0, not 0/],
    ["PyTorch's spelling", () => clipGradNorm([p()], 1, { norm_type: 1 } as object), /did you mean 'normType'/],
    ['a flag that is none', () => clipGradNorm([p()], 1, { errorIfNonfinite: 1 as never }), /errorIfNonfinite must be true or false, not 1/],
    ['no parameters', () => clipGradNorm([], 1), /clipGradNorm: was given no parameters/],
  ]; // prettier-ignore
  it.each(clips)('to clip with %s', async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message);
    await expect(attempt()).rejects.toThrow(ValueError);
  });
});
