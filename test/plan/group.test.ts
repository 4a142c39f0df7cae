import { Adam, device, explain, Linear, manualSeed, mseLoss, Parameter, randn, Sequential, setThreads, SGD, type Tensor } from 'decograd'; // prettier-ignore
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

beforeEach(async () => void (await device('wasm')));
afterEach(() => setThreads(1));

/** Sizes about those of vectors, units and several units; a bias of one element. */
const sizes = [[1], [3], [4], [1023], [1024], [1025], [5000], [3, 7], [20, 300], [2, 1, 2]];

/** Parameters after some steps of Adam with gradients that differ, all together or each by itself. */
function stepped(together: boolean): number[][] {
  manualSeed(4);
  const parameters = sizes.map((shape) => new Parameter(randn(shape) as Tensor));
  const optimizers = (together ? [parameters] : parameters.map((p) => [p])).map((list) => new Adam(list, { lr: 0.1 }));
  for (let i = 0; i < 3; i++) {
    for (const optimizer of optimizers) optimizer.zeroGrad();
    for (const p of parameters) (p.square().sum() as Tensor).backward();
    for (const optimizer of optimizers) void optimizer.step();
  }
  return parameters.map((p) => [...p.dataSync()]);
}

describe('the update of a group', () => {
  test.each(['wasm', 'reference'])('gives each parameter the bits that it gets alone, on %s', async (name) => {
    await device(name);
    expect(stepped(true)).toEqual(stepped(false));
  });

  test('gives the same bits with threads', () => {
    const one = stepped(true);
    setThreads(3);
    expect(stepped(true)).toEqual(one);
  });

  test.each([['Adam', Adam], ['SGD', SGD]] as const)('is one kernel over all parameters, of several groups too: %s', async (_, Optimizer) => {
    const model = new Sequential(new Linear(30, 20), new Linear(20, 2), new Linear(2, 3));
    const [x, y] = [randn([8, 30]), randn([8, 3])] as Tensor[];
    const tags = [model.parameters().slice(0, 2), model.parameters().slice(2)];
    const optimizer = new Optimizer(tags.map((params, i) => ({ params, lr: 1e-3 * (i + 1) })) as never, { lr: 0.1 });
    const step = () => {
      optimizer.zeroGrad();
      mseLoss(model.forward(x) as Tensor, y).backward();
      void optimizer.step();
    };
    const { kernels } = await explain(step, { runs: 2 });
    const updates = kernels.filter(({ name }) => name.startsWith(Optimizer.name.toLowerCase()));
    // groups differ in numbers alone, which are inputs
    expect(updates).toMatchObject([{ kind: 'group', shape: [20 * 30 + 20 + 20 * 2 + 2 + 2 * 3 + 3], calls: 1 }]);
  }); // prettier-ignore
});
