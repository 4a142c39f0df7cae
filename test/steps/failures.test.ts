import {
  Buffer,
  commit,
  IndexError,
  Module,
  module,
  full,
  noGrad,
  Parameter,
  SGD,
  tensor,
  type Tensor,
} from 'decograd';
import { describe, expect, test } from 'vitest';
import { devicesWaiting } from '../../src/graph/recorder';

/** What is left when something throws: all of it, or nothing. */

const read = (t: Tensor) => [...t.dataSync()];

/** Something that can only be found wrong when it is computed. */
const wrong = () =>
  tensor([1, 2, 3])
    .indexSelect(0, tensor([1]).mul(9).int())
    .sum();

@module
class Counting extends Module {
  weight = new Parameter(tensor([2, 3]));
  calls = new Buffer(tensor([0]));
  throws = false;
  forward(x: Tensor): Tensor {
    this.calls.assign((this.calls as Tensor).add(1));
    const output = x.mul(this.weight);
    wrong();
    if (this.throws) throw new RangeError('deliberate');
    return output;
  }
}

describe('a forward that throws', () => {
  test('leaves its changes of buffers behind, and nothing else', () => {
    const model = new Counting();
    model.throws = true;
    const before = (model.weight as Tensor).mul(10);
    expect(() => model.forward(tensor([1, 1]))).toThrow('deliberate');
    expect([read(model.calls), read(before)]).toEqual([[1], [20, 30]]); // what would have failed is not there any more
  });

  test('does not count as a consumer of what was recorded before', async () => {
    const model = new Counting();
    model.throws = true;
    const hidden = (model.weight as Tensor).mul(10);
    expect(() => model.forward(hidden)).toThrow('deliberate');
    (model.weight as Tensor).sum().backward();
    await new SGD([model.weight], { lr: 1 }).step();
    expect(read(hidden)).toEqual([20, 30]);
  });

  test('drops what it recorded after a read of its own, and what hooks of its parts recorded', () => {
    @module
    class Reading extends Module {
      inner = new Counting();
      forward(x: Tensor): Tensor {
        x.mul(2).dataSync();
        return this.inner.forward(x);
      }
    }
    const model = new Reading();
    model.inner.registerForwardPreHook(() => {
      wrong();
      throw new RangeError('in a hook');
    });
    tensor([1]).mul(2);
    tensor([1]).mul(2);
    expect(() => model.forward(tensor([1, 1]))).toThrow('in a hook');
    expect(read(tensor([1]).add(1))).toEqual([2]);
  });

  test('inside of a noGrad block drops its own recording alone', () => {
    const model = new Counting();
    model.throws = true;
    let kept: Tensor | null = null;
    noGrad(() => {
      kept = tensor([1]).add(1);
      expect(() => model.forward(tensor([1, 1]))).toThrow('deliberate');
    });
    expect(read(kept!)).toEqual([2]);
  });
});

describe('an evaluation that fails', () => {
  test('leaves what was made of a kept version, of which nothing is computed yet, computable after a later one', () => {
    const data = full([1], 2);
    const weight = new Parameter(data) as Tensor; // computed when it is first needed
    const made = weight.mul(10);
    const bad = wrong();
    expect(() => bad.dataSync()).toThrow(IndexError);
    weight.keep();
    noGrad(() => weight.assign(tensor([3])));
    expect(read(made.add(weight))).toEqual([23]);
  });

  test('in backward changes no gradient, and the graph can be walked again', () => {
    const w = new Parameter(tensor([1, 2])) as Tensor;
    w.sum().backward();
    const loss = w.square().sum();
    wrong();
    expect(() => loss.backward()).toThrow(IndexError);
    expect([read(w.grad!), devicesWaiting()]).toEqual([[1, 1], []]);
    loss.backward();
    expect(read(w.grad!)).toEqual([3, 5]);
  });

  test('in step leaves parameters and state as they were', async () => {
    const w = new Parameter(tensor([1, 2])) as Tensor & Parameter;
    const optimizer = new SGD([w], { lr: 1, momentum: 0.5 });
    w.sum().backward();
    await optimizer.step();
    const state = async () => {
      const { groups, state } = optimizer.stateDict();
      return [
        groups,
        Object.values(state).map(({ step, slots }) => [step, ...Object.values(slots).map(read)]),
        read(w),
      ];
    };
    const before = await state();
    wrong();
    await expect(optimizer.step()).rejects.toThrow(IndexError);
    expect(await state()).toEqual(before);
    await optimizer.step();
    expect(read(w)).toEqual([-1.5, -0.5]);
  });

  test('undoes all versions that it was to compute, and what was recorded of them can still be computed', () => {
    const b = new Buffer(tensor([1])) as Tensor;
    b.assign(b.add(1));
    const made = b.mul(10);
    b.assign(b.add(1));
    wrong();
    expect(() => noGrad(() => null)).toThrow(IndexError);
    expect([read(b), read(made)]).toEqual([[1], [20]]);
    b.assign(b.add(4));
    expect(read(b)).toEqual([5]);
  });

  test('in commit commits nothing', () => {
    const [a, b] = [new Buffer(tensor([1])) as Tensor, new Buffer(tensor([2])) as Tensor];
    expect(() => commit([[a, a.add(1)], [b, wrong().reshape([1])]])).toThrow(IndexError); // prettier-ignore
    expect([read(a), read(b)]).toEqual([[1], [2]]);
  });

  test('of something recorded beside a read rejects the read once', async () => {
    const x = tensor([1]).add(1);
    wrong();
    await expect(x.data()).rejects.toThrow(IndexError);
    expect(await x.toArray()).toEqual([2]);
  });
});
