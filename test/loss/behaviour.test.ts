import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as d from 'decograd';
import { BCEWithLogitsLoss, CrossEntropyLoss, IndexError, NLLLoss, tensor, zeros, type Tensor } from 'decograd';
import { expectClose } from '../nn/close';

const labels = (...values: number[]) => tensor(new Int32Array(values));

describe('what is computed cannot be refused when it is recorded', () => {
  it('labels out of range are refused when they are read', () => {
    const three = labels(1, 2).mul(2);
    for (const loss of [d.nllLoss, d.crossEntropyLoss, d.multiMarginLoss])
      expect(() => loss(zeros([2, 3]), three).itemSync()).toThrow(IndexError);
    const joined = labels(1, 2, 2).add(1);
    expect(() => d.ctcLoss(zeros([4, 2, 3]), joined, [4, 4], [2, 1]).itemSync()).toThrow(IndexError);
  });

  it('values that have no loss give NaN', () => {
    const two = () => tensor([1]).add(1);
    expect(d.bceLoss(tensor([0.5]), two()).itemSync()).toBeNaN();
    expect(d.bceLoss(two(), tensor([0.5])).itemSync()).toBeNaN();
    expect(d.hingeEmbeddingLoss(tensor([0.5]), two()).itemSync()).toBeNaN();
    expect(d.cosineEmbeddingLoss(tensor([[1, 2]]), tensor([[3, 4]]), two()).itemSync()).toBeNaN();
    expect(d.gaussianNLLLoss(tensor([0]), tensor([1]), two().neg()).itemSync()).toBeNaN();
  });
});

describe('weights of modules', () => {
  const weight = tensor([1, 2, 3]);
  it('are buffers, in the state dict and moved along', () => {
    const loss = new NLLLoss({ weight, reduction: 'sum' });
    expect([...loss.namedBuffers()].map(([path]) => path)).toEqual(['weight']);
    expect(Object.keys(loss.stateDict())).toEqual(['weight']);
    expect([...loss.parameters()]).toEqual([]);
    loss.to('reference');
    expect(loss.weight!.device).toBe('reference');
    const both = new BCEWithLogitsLoss({ weight, posWeight: weight });
    expect(Object.keys(both.stateDict())).toEqual(['weight', 'posWeight']);
  });

  it('loaded into another count there', async () => {
    const [from, to] = [new CrossEntropyLoss({ weight }), new CrossEntropyLoss({ weight: d.ones([3]) })];
    const [logits, target]: Tensor[] = [d.randn([4, 3]), labels(0, 1, 2, 2)];
    const [wanted, before] = [from, to].map((loss) => loss.forward(logits!, target!).itemSync());
    expect(before).not.toBe(wanted);
    to.loadStateDict(from.stateDict());
    expect(await to.forward(logits!, target!).item()).toBe(wanted);
  });

  it('are not there where none were given', () => {
    expect(new NLLLoss().weight).toBeNull();
    expect(Object.keys(new NLLLoss().stateDict())).toEqual([]);
  });
});

it('a loss of integers is the one of the same floats', () => {
  const [x, t] = [d.randn([2, 3]), tensor([[1, -1, 1], [1, 1, -1]], { dtype: 'int32' })]; // prettier-ignore
  for (const loss of [d.l1Loss, d.mseLoss, d.smoothL1Loss, d.huberLoss, d.softMarginLoss, d.hingeEmbeddingLoss, d.multiLabelSoftMarginLoss, d.poissonNLLLoss])
    expect(loss(x, t).itemSync(), loss.name).toBe(loss(x, t.float()).itemSync()); // prettier-ignore
});

it('softMarginLoss goes on where PyTorch overflows', () => {
  const x = tensor([-100, -1e30, -Infinity, Infinity], { requiresGrad: true });
  const losses = d.softMarginLoss(x, d.ones([4]), { reduction: 'none' });
  losses.sum().backward();
  expect(Array.from(losses.dataSync())).toEqual([100, Math.fround(1e30), Infinity, 0]);
  expect(Array.from(x.grad!.dataSync(), Math.abs)).toEqual([1, 1, 1, 0]);
});

const row = (size: number) =>
  fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: size, maxLength: size });

it('the losses that are named after one another agree', () => {
  fc.assert(
    fc.property(row(6), row(6), fc.double({ min: 0.1, max: 4, noNaN: true }), (a, b, beta) => {
      const [x, t] = [tensor(a), tensor(b)];
      const smooth = d.smoothL1Loss(x, t, { beta }).mul(beta);
      expectClose(smooth.dataSync(), [d.huberLoss(x, t, { delta: beta }).itemSync()], 1e-5);
      const p = x.sigmoid();
      expectClose(d.bceWithLogitsLoss(x, t.sigmoid()).dataSync(), [d.bceLoss(p, t.sigmoid()).itemSync()], 1e-3);
      const [logits, target] = [x.reshape([2, 3]), labels(0, 2)];
      const nll = d.nllLoss(logits.logSoftmax(1), target).itemSync();
      expectClose(d.crossEntropyLoss(logits, target).dataSync(), [nll], 1e-5);
    }),
    { numRuns: 50 },
  );
});

/** Every way of classes through the steps, with what it spells: blanks left out, repetitions as one. */
function spellings(steps: number, classes: number): (readonly [string, readonly number[]])[] {
  const ways = Array.from({ length: classes ** steps }, (_, i) =>
    Array.from({ length: steps }, (_step, t) => Math.floor(i / classes ** t) % classes),
  );
  return ways.map((way) => [way.filter((c, t) => c !== 0 && c !== way[t - 1]).join(' '), way] as const);
}

it('ctcLoss adds up every way that spells the target', () => {
  const [steps, classes] = [4, 3];
  const ways = spellings(steps, classes);
  fc.assert(
    fc.property(row(steps * classes), fc.array(fc.constantFrom(1, 2), { maxLength: 3 }), (scores, target) => {
      const spoken = tensor(scores).reshape([steps, classes]).logSoftmax(1);
      const logs = spoken.dataSync();
      const chance = ([, way]: (typeof ways)[number]) =>
        Math.exp(way.reduce((sum, c, t) => sum + logs[t * classes + c]!, 0));
      const total = ways.filter(([text]) => text === target.join(' ')).reduce((sum, way) => sum + chance(way), 0);
      const loss = d.ctcLoss(spoken, tensor(Int32Array.from(target)), steps, target.length, { reduction: 'sum' });
      if (total === 0) expect(loss.itemSync()).toBe(Infinity);
      else expectClose(loss.dataSync(), [-Math.log(total)], 1e-4);
    }),
    { numRuns: 60 },
  );
});
