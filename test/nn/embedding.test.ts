import { describe, expect, it } from 'vitest';
import { Embedding, inventory, manualSeed, noGrad, SGD, tensor, type Tensor } from 'decograd';

const index = (data: number[]) => tensor(data, { dtype: 'int32' });
const numbers = (x: Tensor | null) => [...(x!.dataSync() as Float32Array)];
const rowsOf = (layer: Embedding) => layer.weight.detach();

describe('the row for padding', () => {
  it('begins as zeros, the others as normal draws', () => {
    manualSeed(1);
    const values = numbers(new Embedding(200, 10, { paddingIdx: -1 }).weight);
    expect(values.slice(-10)).toEqual(new Array(10).fill(0));
    const drawn = values.slice(0, -10);
    expect(drawn.filter((value) => value === 0)).toEqual([]);
    expect(Math.abs(drawn.reduce((a, b) => a + b) / drawn.length)).toBeLessThan(0.1);
    expect(drawn.reduce((a, b) => a + b * b, 0) / drawn.length).toBeCloseTo(1, 0);
    expect(String(inventory(new Embedding(2, 3)))).toContain('normal');
  });

  it('stays as it is while others are trained', async () => {
    const layer = new Embedding(3, 2, { paddingIdx: 1 });
    const before = numbers(layer.weight);
    layer
      .forward(index([0, 1, 1, 2]))
      .sum()
      .backward();
    await new SGD(layer.parameters(), { lr: 0.5 }).step();
    const moved = numbers(layer.weight).map((value, i) => before[i]! - value);
    [0.5, 0.5, 0, 0, 0.5, 0.5].forEach((by, i) => expect(moved[i]).toBeCloseTo(by, 5));
  });
});

describe('scaleGradByFreq', () => {
  const spread = (indices: Tensor[]) => {
    const layer = new Embedding(4, 1, { scaleGradByFreq: true });
    const sums = indices.map((one) => layer.forward(one).sum());
    sums.reduce((a, b) => a.add(b)).backward();
    return numbers(layer.weight.grad);
  };
  it('counts within one call, and calls add up', () => {
    expect(spread([index([0, 1, 1, 1, 2])])).toEqual([1, 1, 1, 0]);
    expect(spread([index([0, 1, 1]), index([1])])).toEqual([1, 2, 0, 0]);
  });

  it('leaves the rows as they are, in noGrad and of a frozen weight too', () => {
    const layer = new Embedding(4, 1, { scaleGradByFreq: true });
    const rows = numbers(layer.weight);
    expect(numbers(layer.forward(index([3, 3, 0])))).toEqual([rows[3], rows[3], rows[0]]);
    expect(noGrad(() => numbers(layer.forward(index([3, 0]))))).toEqual([rows[3], rows[0]]);
    expect(layer.requiresGrad(false).forward(index([1])).requiresGrad).toBe(false);
  });

  it('holds for indices that were computed', () => {
    const most = tensor([[0, 1], [0, 1], [1, 0]]).argmax(1); // prettier-ignore
    expect(spread([most.add(1)])).toEqual([0, 1, 1, 0]);
  });
});

describe('maxNorm', () => {
  const long = () => {
    const layer = new Embedding(3, 2, { maxNorm: 1 });
    layer.weight.assign(tensor([[3, 4], [0.3, 0.4], [6, 8]])); // prettier-ignore
    return layer;
  };
  const expectRows = (x: Tensor, wanted: number[]) =>
    numbers(x).forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));

  it('scales rows that are looked up, in eval mode and noGrad too, and leaves the weight a parameter', () => {
    for (const look of [(l: Embedding) => l.forward(index([0, 1, 0])), (l: Embedding) => noGrad(() => l.eval().forward(index([0, 1, 0])))]) {
      const layer = long();
      expectRows(look(layer), [0.6, 0.8, 0.3, 0.4, 0.6, 0.8]);
      expectRows(rowsOf(layer), [0.6, 0.8, 0.3, 0.4, 6, 8]);
      expect([layer.weight.requiresGrad, layer.parameters().length]).toEqual([true, 1]);
    }
  }); // prettier-ignore

  it('of two look-ups in one step: both reach the gradient', () => {
    const layer = long();
    const first = layer.forward(index([0]));
    const both = first.sum().add(layer.forward(index([2, 0])).sum());
    both.backward();
    expect(numbers(layer.weight.grad)).toEqual([2, 2, 0, 0, 1, 1]);
    expectRows(rowsOf(layer), [0.6, 0.8, 0.3, 0.4, 0.6, 0.8]);
    expectRows(first, [0.6, 0.8]);
  });
});
