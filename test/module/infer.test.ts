import { describe, expect, it } from 'vitest';
import {
  buffer,
  DeclarationError,
  infer,
  init,
  inventory,
  manualSeed,
  module,
  Module,
  ones,
  param,
  Parameter,
  randn,
  SGD,
  StateError,
  tensor,
  zeros,
  type Buffer,
  type Tensor,
} from 'decograd';

const width = infer((x: Tensor) => x.shape.at(-1));

@module
class Head extends Module {
  @param([2, width], { init: init.normal() }) weight!: Parameter;
  @param([2]) bias!: Parameter;
  @buffer([width], { init: 1 }) scale!: Buffer;
  forward(x: Tensor): Tensor {
    return x.mul(this.scale).matmul(this.weight.transpose()).add(this.bias);
  }
}

@module
class Model extends Module {
  head = new Head();
  forward(x: Tensor): Tensor {
    return this.head.forward(x);
  }
}

const noValue = /Head\.weight has no value yet: its shape \[2, \?\] is completed by the first forward; call forward/;

describe('before the first forward', () => {
  it('shapes show ?, in the inventory, the tree and the console as well', () => {
    const model = new Model();
    expect(model.head.weight.shape).toEqual([2, '?']);
    expect(String(model)).toContain('weight: Parameter [2, ?]');
    expect(String(model.head.weight)).toMatch(/^Parameter \[2, \?\] float32, requiresGrad \(no value/);
    const { entries, totals } = inventory(model);
    expect(entries.map(({ path, shape, count, bytes }) => [path, shape, count, bytes])).toEqual([
      ['head.weight', [2, '?'], null, null],
      ['head.bias', [2], 2, 8],
      ['head.scale', ['?'], null, null],
    ]);
    expect(totals).toEqual({ parameters: 2, trainable: 2, buffers: 0, bytes: 8 });
    expect(String(inventory(model))).toContain('[2, ?]');
  });

  it('using and saving are errors that say so', () => {
    const model = new Model();
    expect(() => model.head.weight.mul(2)).toThrow(noValue);
    expect(() => tensor([1]).add(model.head.weight)).toThrow(StateError);
    expect(() => model.head.weight.dataSync()).toThrow(noValue);
    expect(() => model.head.weight.size).toThrow(noValue);
    expect(() => model.stateDict()).toThrow(noValue);
    expect(() => model.head.weight.assign(zeros([2, 3]))).toThrow(noValue);
  });

  it('stepping is one too, and steps nothing', async () => {
    const model = new Model();
    const optimizer = new SGD(model, { lr: 1 });
    model.head.bias.sum().backward();
    await expect(optimizer.step()).rejects.toThrow(noValue);
    expect([...model.head.bias.dataSync()]).toEqual([0, 0]);
  });
});

describe('the first forward', () => {
  it('fills sizes and values for good, in the same objects', () => {
    const model = new Model();
    const { weight, scale } = model.head;
    expect(model.forward(ones([4, 3])).shape).toEqual([4, 2]);
    expect(model.head.weight).toBe(weight);
    expect([weight.shape, scale.shape]).toEqual([[2, 3], [3]]);
    const before = [...weight.dataSync()];
    expect(new Set(before).size).toBe(6);
    model.forward(ones([1, 3]));
    expect([...weight.dataSync()]).toEqual(before);
    expect([...scale.dataSync()]).toEqual([1, 1, 1]);
  });

  it('draws like any initialiser', () => {
    manualSeed(4);
    const model = new Model();
    model.forward(ones([1, 3]));
    manualSeed(4);
    expect([...model.head.weight.dataSync()]).toEqual([...randn([2, 3]).dataSync()]);
  });

  it('trains them with an optimizer that held them before', async () => {
    const model = new Model();
    const optimizer = new SGD(model.parameters(), { lr: 0.5 });
    model
      .forward(ones([1, 3]))
      .sum()
      .backward();
    const before = [...model.head.weight.dataSync()];
    await optimizer.step();
    [...model.head.weight.dataSync()].forEach((after, i) => expect(after).toBeCloseTo(before[i] - 0.5, 6));
    expect([...model.head.weight.grad!.dataSync()]).toEqual(Array(6).fill(1));
  });

  it('under noGrad leaves parameters trainable, and keeps a switch that was set before', () => {
    const [model, frozen] = [new Model(), new Model()];
    frozen.requiresGrad(false);
    for (const one of [model, frozen]) one.forward(ones([1, 3]));
    expect(model.head.weight.requiresGrad).toBe(true);
    expect(frozen.head.weight.requiresGrad).toBe(false);
  });

  it('sees the arguments that hooks before it made', () => {
    const model = new Model();
    model.head.registerForwardPreHook((_, [x]) => x.reshape([1, -1]));
    model.forward(ones([2, 3]));
    expect(model.head.weight.shape).toEqual([2, 6]);
  });

  it('decides for each instance alone', () => {
    const [three, four] = [new Model(), new Model()];
    three.forward(ones([1, 3]));
    four.forward(ones([1, 4]));
    expect([three.head.weight.shape, four.head.weight.shape]).toEqual([
      [2, 3],
      [2, 4],
    ]);
  });

  it('with arguments that give no size is an error, and the next one may do better', () => {
    const model = new Head();
    const error = /Head\.weight: infer\(\.\.\.\) gave undefined for the arguments of the first forward; it must return/;
    expect(() => model.forward(tensor(1))).toThrow(error);
    expect(() => model.forward(tensor(1))).toThrow(DeclarationError);
    expect(model.forward(ones([1, 3])).shape).toEqual([1, 2]);
  });

  it('that fails after it gave the sizes has given values as well', () => {
    @module
    class Failing extends Module {
      @param([width], { init: init.normal() }) weight!: Parameter;
      forward(x: Tensor): Tensor {
        return x.mul(this.weight).matmul(zeros([99, 1]));
      }
    }
    const model = new Failing();
    expect(() => model.forward(ones([1, 3]))).toThrow(/matmul/);
    const drawn = [...model.weight.dataSync()];
    expect(new Set(drawn).size).toBe(3);
    expect(() => model.forward(ones([1, 3]))).toThrow(/matmul/);
    expect([...model.weight.dataSync()]).toEqual(drawn);
  });

  it('goes with sizes that a shape function infers', () => {
    @module
    class Both extends Module {
      @param((self: Both) => [self.outSize, infer((_, y: Tensor) => y.shape[0])]) weight!: Parameter;
      readonly outSize = 5;
      forward(x: Tensor, _: Tensor): Tensor {
        return x;
      }
    }
    const model = new Both();
    expect(model.weight.shape).toEqual([5, '?']);
    model.forward(ones([1]), ones([7]));
    expect(model.weight.shape).toEqual([5, 7]);
  });
});

describe('instead of a first forward', () => {
  it('a state dict fills it', () => {
    const saved = new Model();
    saved.forward(ones([1, 3]));
    const model = new Model();
    model.loadStateDict(saved.stateDict());
    expect([...model.head.weight.dataSync()]).toEqual([...saved.head.weight.dataSync()]);
    const before = [...model.head.weight.dataSync()];
    model.forward(ones([1, 3]));
    expect([...model.head.weight.dataSync()]).toEqual(before);
  });

  it('a state dict with another known size is refused', () => {
    const dict = { 'head.weight': zeros([4, 3]), 'head.bias': zeros([2]), 'head.scale': zeros([3]) };
    expect(() => new Model().loadStateDict(dict)).toThrow("'head.weight' is [4, 3], the model's [2, ?]");
  });

  it('a parameter assigned by hand is kept', () => {
    const model = new Model();
    const given = new Parameter(ones([2, 3]));
    model.head.weight = given;
    model.forward(ones([1, 3]));
    expect(model.head.weight).toBe(given);
    expect([...given.dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('one assigned in the constructor is checked where sizes are known', () => {
    @module
    class Given extends Module {
      @param([2, width]) weight: Parameter;
      constructor(weight: Parameter) {
        super();
        this.weight = weight;
      }
    }
    expect(new Given(new Parameter(ones([2, 9]))).weight.shape).toEqual([2, 9]);
    expect(() => new Given(new Parameter(ones([3, 9])))).toThrow(/Given\.weight was assigned.*\[3, 9\].*\[2, \?\]/);
  });
});
