import { describe, expect, it } from 'vitest';
import * as d from 'decograd';

type ErrorClass = new (message: string) => Error;
/** What is done, the error's class, and what its text must say: where, and the remedy. */
type Row = readonly [what: string, attempt: () => unknown, error: ErrorClass, ...says: (string | RegExp)[]];

const x = () => d.tensor([[1, 2], [3, 4]]); // prettier-ignore
const ints = () => d.tensor([1, 2], { dtype: 'int32' });

@d.module
class Inner extends d.Module {
  @d.param([3, 4]) weight!: d.Parameter<[3, 4]>;
  forward(input: d.Tensor) {
    return input.matmul(this.weight as d.Tensor);
  }
}
@d.module
class Outer extends d.Module {
  readonly blocks = [new Inner()];
  forward(input: d.Tensor) {
    return this.blocks[0]!.forward(input);
  }
}

const operations: Row[] = [
  ['matmul of sizes that differ', () => d.randn([2, 4]).matmul(d.randn([3, 4]) as d.Tensor), d.ShapeError, 'matmul: [2, 4] times [3, 4]: 4 is not 3'],
  ['the same inside a module', () => new Outer().forward(d.randn([2, 4])), d.ShapeError, 'matmul: [2, 4] times [3, 4]', 'in blocks.0 (Inner)'],
  ['matmul of a scalar', () => (d.tensor(2) as d.Tensor).matmul(x()), d.ShapeError, 'matmul', 'use mul to scale by a number'],
  ['shapes that do not broadcast', () => (d.randn([2, 3]) as d.Tensor).add(d.randn([2, 4]) as d.Tensor), d.ShapeError, 'add: shapes [2, 3] and [2, 4] do not broadcast: 3 is not 4'],
  ['a reshape to another size', () => x().reshape([3]), d.ShapeError, 'reshape: [2, 2] has 4 elements, [3] would have 3'],
  ['a reshape that leaves two sizes open', () => x().reshape([-1, -1]), d.ShapeError, 'reshape', '-1 cannot be inferred'],
  ['concatenating different sizes', () => d.concatenate([d.ones([2, 3]) as d.Tensor, d.ones([2, 4]) as d.Tensor]), d.ShapeError, 'concatenate: tensor 0 is [2, 3], tensor 1 is [2, 4]', 'must agree'],
  ['concatenating nothing', () => d.concatenate([]), d.ValueError, 'concatenate: the list of tensors is empty'],
  ['an axis that is not there', () => (x() as d.Tensor).sum(2), d.IndexError, 'sum: axis 2 is outside [2, 2]; allowed are -2 to 1'],
  ['an index that is not there', () => x().select(0, 2), d.IndexError, 'select: index 2 is outside axis 0 of [2, 2]; allowed are -2 to 1'],
  ['a gather beyond the end', () => x().gather(0, d.tensor([[5, 0]], { dtype: 'int32' })), d.IndexError, 'gather: index 5 is out of range; allowed are 0 to 1'],
  ['a row beyond the end, computed', () => d.embedding(ints().mul(3), x()).dataSync(), d.IndexError, 'embedding: index 3 is out of range; allowed are 0 to 1'],
  ['indices that are floats', () => x().indexSelect(0, d.tensor([0, 1])), d.DTypeError, 'indexSelect: indices must be int32', 'call .int() first'],
  ['integers where floats are needed', () => ints().softmax(0), d.DTypeError, 'softmax: needs float32, got int32 [2]; call .float() first'],
  ['a product of integers', () => ints().matmul(ints()), d.DTypeError, 'matmul: [2] times [2]: needs float32, got int32; call .float() first'],
  ['gradients of integers', () => d.tensor([1, 2], { dtype: 'int32', requiresGrad: true }), d.DTypeError, 'only float32 tensors have gradients, not int32; call .float() first'],
  ['a mean of integers', () => ints().mean(), d.DTypeError, 'mean: needs float32', 'call .float() first'],
  ['a condition that is not bool', () => d.where(ints(), 1, 0), d.DTypeError, 'where: the condition must be bool, not int32', '.bool()'],
  ['lists of different lengths', () => d.tensor([[1, 2], [3]] as number[][]), d.ShapeError, 'tensor: lists at depth 1 differ in length: 2 and 1'],
  ['an undefined operand', () => x().add(undefined as unknown as d.Tensor), d.DTypeError, 'got undefined', '`@param(...) w!: Parameter`, under @module'],
  ['sizes below 0', () => d.zeros([2, -1]), d.ShapeError, 'zeros: sizes must be whole numbers of at least 0, not [2, -1]'],
  ['a label out of range', () => d.crossEntropyLoss(d.randn([2, 3]), d.tensor([0, 3], { dtype: 'int32' })), d.IndexError, 'crossEntropyLoss: label 3 is no class; allowed are 0 to 2'],
  ['a target of another shape', () => d.mseLoss(d.randn([4, 1]) as d.Tensor, d.randn([4]) as d.Tensor), d.ShapeError, 'mseLoss: the output is [4, 1], the target [4]; reshape one'],
]; // prettier-ignore

const data: Row[] = [
  ['an empty dataset', () => new d.DataLoader(new d.TensorDataset(d.zeros([0, 2]))), d.ValueError, 'DataLoader: the dataset is empty; give at least one sample'],
  ['batch size 0', () => new d.DataLoader(new d.TensorDataset(x()), { batchSize: 0 }), d.ValueError, 'DataLoader: batchSize must be a whole number of at least 1, not 0'],
  ['tensors of different lengths', () => new d.TensorDataset(d.zeros([2]), d.zeros([3])), d.ShapeError, 'TensorDataset: first sizes must agree, got [2] and [3]'],
]; // prettier-ignore

const twice = () => {
  const loss = d.tensor([1, 2], { requiresGrad: true }).square().sum();
  loss.backward();
  loss.backward();
};
const stale = async () => {
  const w = new d.Parameter(d.tensor([1, 2]));
  const model = { w };
  const hidden = w.mul(3);
  hidden.add(1).sum().backward(); // hidden is consumed, so it is not kept
  await new d.SGD([w], { lr: 1 }).step();
  return [model, await hidden.data()];
};

const gradients: Row[] = [
  ['backward from a non-scalar', () => d.tensor([1, 2], { requiresGrad: true }).mul(2).backward(), d.GradientError, 'backward: needs a scalar, got shape [2]; reduce it (.sum(), .mean()) or pass its gradient'],
  ['backward from a constant', () => x().sum().backward(), d.GradientError, 'backward: this tensor does not depend on anything with requiresGrad', 'constant'],
  ['backward twice', twice, d.GradientError, 'backward: this graph was walked before', 'pass { retainGraph: true } the first time'],
  ['a stale value', stale, d.StaleError, 'would be needed as it was before it changed', 'call keep() on the tensor'],
  ['noGrad around an async function', () => d.noGrad(async () => 1), d.GradientError, 'noGrad takes a synchronous function', 'await outside of it'],
  ['requiresGrad of a computed tensor', () => (d.tensor([1], { requiresGrad: true }).mul(2).requiresGrad = false), d.GradientError, 'leaf tensors only; use detach()'],
  ['mixed devices', () => x().add(d.withDevice('reference', x)), d.DeviceError, 'add', 'is on wasm', 'on reference', ".to('wasm')"],
  ['a device that is not there', () => d.device('tpu'), d.DeviceError, "there is no device 'tpu'; known are wasm"],
]; // prettier-ignore

const one = new d.Parameter(d.tensor([1]));
const optimizers: Row[] = [
  ['an optimizer given nothing', () => new d.SGD([], { lr: 1 }), d.ValueError, 'SGD: was given no parameters; give a module or model.parameters()'],
  ['a parameter twice', () => new d.Adam([one, one]), d.ValueError, "Adam: parameter '1' was given twice, first as '0'; give each once"],
  ['a plain tensor', () => new d.AdamW([x() as unknown as d.Parameter]), d.ValueError, 'AdamW: item 0 is no Parameter', 'wrap it in new Parameter(tensor)'],
]; // prettier-ignore

for (const [group, rows] of Object.entries({ operations, data, gradients, optimizers }))
  describe(group, () => {
    it.each(rows.map((row) => ({ what: row[0], row })))('$what', async ({ row: [, attempt, type, ...says] }) => {
      const error = await Promise.resolve().then(attempt).then(() => undefined, (thrown: unknown) => thrown); // prettier-ignore
      expect(error).toBeInstanceOf(type);
      for (const text of says) expect((error as Error).message).toMatch(typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text); // prettier-ignore
    });
  });

describe('a loss that is not finite, in fit', () => {
  it.each([2, 3])(
    'stops at step %i, names it and the parameter, and leaves the parameters of the step before',
    async (bad) => {
      d.manualSeed(1);
      const model = new Inner();
      const before: unknown[] = [];
      const batches = [1, 2, 3, 4].map(
        (i) => [d.randn([2, 3]).mul(i === bad ? Infinity : 1), d.randn([2, 4])] as const,
      );
      const seen: d.Callback = { onBatchEnd: async () => void before.push(await model.weight.toArray()) };
      const trainer = new d.Trainer(model, {
        optimizer: new d.SGD(model, { lr: 0.1 }),
        loss: d.mseLoss,
        callbacks: [seen],
      });
      const error = await trainer.fit(batches, { epochs: 1, progress: false }).then(() => undefined, (thrown: unknown) => thrown as Error); // prettier-ignore
      expect(error).toBeInstanceOf(d.GradientError);
      expect(error!.message).toMatch(new RegExp(`Trainer.fit: step ${bad} \\(epoch 1\\): the loss is (NaN|Infinity); the first non-finite parameter is weight \\(its gradient\\)`)); // prettier-ignore
      expect(before.length).toBe(bad - 1);
      expect(await model.weight.toArray()).toEqual(before.at(-1));
    },
  );
});
