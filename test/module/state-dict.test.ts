import { describe, expect, it } from 'vitest';
import {
  buffer,
  loadStateDict,
  module,
  Module,
  ones,
  param,
  Parameter,
  SGD,
  stateDict,
  StateError,
  tensor,
  ValueError,
  zeros,
  type Buffer,
  type Tensor,
} from 'decograd';

@module
class Norm extends Module {
  @param([2], { init: 1 }) weight!: Parameter;
  @buffer([2]) runningMean!: Buffer;
  @buffer([], { persistent: false }) scratch!: Buffer;
  @buffer([], { dtype: 'int32' }) numBatchesTracked!: Buffer;
}

@module
class Model extends Module {
  layers = [new Norm(), new Norm()];
  @param([2, 3], { key: 'proj_weight' }) projection!: Parameter;
  handMade = new Parameter(tensor([5]));
}

const keys = [
  'proj_weight',
  'handMade',
  'layers.0.weight',
  'layers.0.runningMean',
  'layers.0.numBatchesTracked',
  'layers.1.weight',
  'layers.1.runningMean',
  'layers.1.numBatchesTracked',
];

const values = async (dict: Record<string, Tensor>) =>
  Object.fromEntries(await Promise.all(Object.entries(dict).map(async ([key, t]) => [key, await t.toArray()])));

const messageOf = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    expect(error).toBeInstanceOf(StateError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};

describe('stateDict', () => {
  it('has parameters and persistent buffers by path or key, in the order of the tree', () => {
    expect(Object.keys(new Model().stateDict())).toEqual(keys);
  });

  it('is a snapshot: what comes later does not change it', async () => {
    const model = new Model();
    const saved = model.stateDict();
    model.layers[0].weight.mul(3).sum().backward();
    await new SGD(model, { lr: 1 }).step();
    model.layers[0].runningMean.assign(ones([2]));
    expect(await values(saved)).toEqual(await values(new Model().stateDict()));
    expect(saved['layers.0.weight'].requiresGrad).toBe(false);
    expect((await values(model.stateDict()))['layers.0.weight']).toEqual([-2, -2]);
  });

  it('has a tied parameter once, under its first path', () => {
    @module
    class Tied extends Module {
      a = new Norm();
      b = new Norm();
      onInit() {
        this.b.weight = this.a.weight;
      }
    }
    expect(Object.keys(new Tied().stateDict()).filter((key) => key.endsWith('weight'))).toEqual(['a.weight']);
  });

  it('refuses two things under one key, naming both', () => {
    @module
    class Clash extends Module {
      @param([1], { key: 'w' }) first!: Parameter;
      w = new Parameter(zeros([1]));
    }
    expect(messageOf(() => new Clash().stateDict())).toMatch(/'first' and 'w' both have the key 'w'; change one/);
  });
});

describe('loadStateDict', () => {
  it('takes over what another instance saved, converting dtypes', async () => {
    const [from, to] = [new Model(), new Model()];
    from.layers[1].weight.assign(tensor([3, 4]));
    from.layers[1].numBatchesTracked.assign(tensor(7, { dtype: 'int32' }));
    const weight = to.layers[1].weight;
    const dict = { ...from.stateDict(), 'layers.0.numBatchesTracked': tensor(8) };
    expect(to.loadStateDict(dict)).toEqual({ missing: [], unexpected: [] });
    expect(await values(to.stateDict())).toEqual(await values(dict));
    expect(to.layers[1].weight).toBe(weight);
    expect(to.layers[0].numBatchesTracked.dtype).toBe('int32');
    expect(weight.requiresGrad).toBe(true);
  });

  it('is a copy: what is loaded goes its own way', async () => {
    const model = new Model();
    const given = new Parameter(tensor([9]));
    model.loadStateDict({ handMade: given }, { strict: false });
    given.assign(tensor([1]));
    expect(await model.handMade.toArray()).toEqual([9]);
  });

  it('changes the parameters that optimizers and gradients know', async () => {
    const model = new Model();
    const optimizer = new SGD(model, { lr: 1 });
    model.loadStateDict({ handMade: tensor([2]) }, { strict: false });
    model.handMade.mul(10).sum().backward();
    await optimizer.step();
    expect(await model.handMade.toArray()).toEqual([-8]);
  });

  it("takes PyTorch's keys: exactly first, in camelCase otherwise", async () => {
    const model = new Model();
    const snake = Object.fromEntries(
      Object.entries(model.stateDict()).map(([key, value]) => [
        key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value.add(key === 'handMade' ? 1 : 0),
      ]),
    );
    expect(Object.keys(snake)).toContain('layers.0.num_batches_tracked');
    expect(model.loadStateDict(snake)).toEqual({ missing: [], unexpected: [] });
    expect(await model.handMade.toArray()).toEqual([6]);
    const both = { ...model.stateDict(), hand_made: tensor([0]) };
    expect(messageOf(() => model.loadStateDict(both))).toContain('unexpected: hand_made');
  });

  it('does not take a key in camelCase that is a key of its own', () => {
    @module
    class Near extends Module {
      w1 = new Parameter(zeros([1]));
      w_1 = new Parameter(zeros([1]));
    }
    const model = new Near();
    expect(messageOf(() => model.loadStateDict({ w_1: ones([1]) }))).toContain('missing: w1');
    model.loadStateDict({ w_1: ones([1]) }, { strict: false });
    expect([model.w1.itemSync(), model.w_1.itemSync()]).toEqual([0, 1]);
  });

  describe('of tied parameters', () => {
    @module
    class Tied extends Module {
      a = new Norm();
      again = { weight: this.a };
      onInit() {
        this.a.weight.assign(tensor([1, 1]));
      }
    }
    const rest = { 'a.runningMean': zeros([2]), 'a.numBatchesTracked': tensor(0) };

    it.each([
      ['the first path', { 'a.weight': tensor([2, 3]) }],
      ['another path', { 'again.weight.weight': tensor([2, 3]) }],
      ['both, as PyTorch saves them', { 'a.weight': tensor([2, 3]), 'again.weight.weight': tensor([2, 3]) }],
    ])('goes by %s', (_, given) => {
      const model = new Tied();
      expect(model.loadStateDict({ ...rest, ...given })).toEqual({ missing: [], unexpected: [] });
      expect([...model.a.weight.dataSync()]).toEqual([2, 3]);
    });

    it('checks the shape under every path', () => {
      const given = { ...rest, 'a.weight': tensor([2, 3]), 'again.weight.weight': tensor([1, 2, 3]) };
      expect(messageOf(() => new Tied().loadStateDict(given))).toContain(
        "'again.weight.weight' is [3], the model's [2]",
      );
    });
  });

  it('with several mistakes names them all, and loads nothing', async () => {
    const model = new Model();
    const before = await values(model.stateDict());
    const dict = { ...model.stateDict(), handMade: tensor([1]), other: tensor([2]), proj_weight: zeros([3, 2]) };
    delete (dict as Record<string, unknown>)['layers.1.weight'];
    const message = messageOf(() => model.loadStateDict(dict));
    expect(message).toContain('missing: layers.1.weight; unexpected: other; wrong shape:');
    expect(message).toContain("'proj_weight' is [3, 2], the model's [2, 3]; nothing was loaded");
    expect(await values(model.stateDict())).toEqual(before);
  });

  it('without strict reports what had no counterpart, and loads the rest', async () => {
    const model = new Model();
    const report = model.loadStateDict({ handMade: tensor([1]), other: tensor([2]) }, { strict: false });
    expect(report).toEqual({ missing: keys.filter((key) => key !== 'handMade'), unexpected: ['other'] });
    expect(await model.handMade.toArray()).toEqual([1]);
  });

  it('without strict still refuses wrong shapes, and loads nothing then', async () => {
    const model = new Model();
    const dict = { handMade: tensor([1]), proj_weight: zeros([3, 2]) };
    const message = messageOf(() => model.loadStateDict(dict, { strict: false }));
    expect(message).toContain("wrong shape: 'proj_weight' is [3, 2], the model's [2, 3]; nothing was loaded");
    expect(await model.handMade.toArray()).toEqual([5]);
  });

  it('names what is no tensor', () => {
    const dict = { ...new Model().stateDict(), handMade: [5] as unknown as Tensor };
    expect(messageOf(() => new Model().loadStateDict(dict))).toContain("'handMade' is [5], the model's [1]");
  });

  it('names what is no dict at all, and how to get one', () => {
    for (const [given, text] of [
      [Promise.resolve({}), 'an instance of Promise; await it first'],
      [new Norm(), '; pass its stateDict()'],
      [new Map(), 'an instance of Map; pass Object.fromEntries(map)'],
      ['model.safetensors', '"model.safetensors"'],
      [undefined, 'undefined'],
    ] as const) {
      const load = () => new Norm().loadStateDict(given as unknown as Record<string, Tensor>);
      expect(load).toThrow(ValueError);
      expect(load).toThrow(/^loadStateDict: takes tensors by key, not /);
      expect(load).toThrow(text);
    }
  });

  it('works on any decorated instance', () => {
    @module
    class Bare {
      @param([1]) w!: Parameter;
    }
    const bare = new Bare();
    loadStateDict(bare, { w: tensor([4]) });
    expect(stateDict(bare).w.itemSync()).toBe(4);
  });
});
