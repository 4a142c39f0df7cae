import { describe, expect, it } from 'vitest';
import {
  DTypeError,
  Linear,
  module,
  Module,
  noGrad,
  param,
  type Parameter,
  registerForwardHook,
  registerForwardPreHook,
  Sequential,
  SGD,
  ShapeError,
  tensor,
  ValueError,
  zeros,
  type Tensor,
} from 'decograd';
import { thrownBy } from './thrown-by';

@module
class Double extends Module {
  forward(x: Tensor): Tensor {
    return x.mul(2);
  }
}

describe('hooks', () => {
  it('after forward see module, arguments and output, and may replace the output', () => {
    const model = new Double();
    const seen: unknown[] = [];
    model.registerForwardHook((self, args, output) => void seen.push([self, args, output.itemSync()]));
    model.registerForwardHook((_, __, output) => output.add(1));
    const x = tensor([3]);
    expect(model.forward(x).itemSync()).toBe(7);
    expect(seen).toEqual([[model, [x], 6]]);
  });

  it('before forward see the arguments, and may replace one or all of them', () => {
    const model = new Double();
    const seen: unknown[] = [];
    model.registerForwardPreHook((_, args) => void seen.push(args.length));
    model.registerForwardPreHook((_, [x]) => x.add(1));
    model.registerForwardPreHook((_, [x]) => [x.mul(10)]);
    expect(model.forward(tensor([1])).itemSync()).toBe(40);
    expect(seen).toEqual([1]);
  });

  it('run in the order of their registration until they are removed', () => {
    const model = new Double();
    const calls: string[] = [];
    const first = model.registerForwardHook(() => void calls.push('first'));
    const second = model.registerForwardHook(() => void calls.push('second'));
    model.forward(tensor([1]));
    first.remove();
    model.forward(tensor([1]));
    second.remove();
    second.remove();
    model.forward(tensor([1]));
    expect(calls).toEqual(['first', 'second', 'second']);
  });

  it('one function registered twice runs twice, and each handle removes its own', () => {
    const model = new Double();
    const addOne = (_: unknown, __: unknown, output: Tensor): Tensor => output.add(1);
    const handles = [1, 2].map(() => model.registerForwardHook(addOne));
    expect(model.forward(tensor([0])).itemSync()).toBe(2);
    handles[0].remove();
    expect(model.forward(tensor([0])).itemSync()).toBe(1);
  });

  it('may be removed while they run, and one that is added then runs from the next time on', () => {
    const model = new Double();
    const handle = model.registerForwardHook(() => {
      handle.remove();
      model.registerForwardHook((_, __, output) => output.add(10));
    });
    model.registerForwardHook((_, __, output) => output.add(1));
    expect([0, 0].map((x) => model.forward(tensor([x])).itemSync())).toEqual([1, 11]);
  });

  it('belong to one instance, on a child as well', () => {
    @module
    class Two extends Module {
      a = new Double();
      b = new Double();
      forward(x: Tensor): Tensor {
        return this.b.forward(this.a.forward(x));
      }
    }
    const model = new Two();
    registerForwardPreHook(model.a, (_, [x]) => x.add(1));
    registerForwardHook(model.b, (_, __, output) => output.sub(1));
    expect(model.forward(tensor([1])).itemSync()).toBe(7);
    expect(new Two().forward(tensor([1])).itemSync()).toBe(4);
  });
});

describe('spellings of forward', () => {
  it('as an arrow function in a field, called as a method and detached', () => {
    @module
    class Arrow extends Module {
      @param([1], { init: 3 }) w!: Parameter;
      forward = (x: Tensor): Tensor => x.mul(this.w);
    }
    const model = new Arrow();
    const calls: number[] = [];
    model.registerForwardHook((_, __, output) => void calls.push(output.itemSync()));
    const { forward } = model;
    expect([model.forward(tensor([1])), forward(tensor([2]))].map((y) => y.itemSync())).toEqual([3, 6]);
    expect(calls).toEqual([3, 6]);
  });

  it('with super.forward, which runs no hooks of its own', () => {
    @module
    class Quadruple extends Double {
      override forward(x: Tensor): Tensor {
        return super.forward(super.forward(x));
      }
    }
    const calls: number[] = [];
    const count = (model: Double) => model.registerForwardHook((_, __, output) => void calls.push(output.itemSync()));
    const [double, quadruple] = [new Double(), new Quadruple()];
    [double, quadruple].forEach(count);
    expect(quadruple.forward(tensor([1])).itemSync()).toBe(4);
    expect(double.forward(tensor([1])).itemSync()).toBe(2);
    expect(calls).toEqual([4, 2]);
  });

  it('keeps its name and number of arguments', () => {
    @module
    class Wide extends Module {
      forward(a: Tensor, b: Tensor): Tensor {
        return a.add(b);
      }
    }
    const { forward } = new Wide();
    expect([forward.name, forward.length]).toEqual(['forward', 2]);
  });

  it('replaced on an instance, which is what runs', () => {
    const model = new Double();
    model.forward = (x) => x.mul(5);
    expect(model.forward(tensor([1])).itemSync()).toBe(5);
  });

  it('returning lists and objects of tensors, readable without gradients', () => {
    @module
    class Many extends Module {
      forward(x: Tensor) {
        return { sum: x.sum(), list: [x.mul(2)] };
      }
    }
    const { sum, list } = noGrad(() => new Many().forward(tensor([1, 2])));
    expect([sum.itemSync(), ...list[0].dataSync()]).toEqual([3, 2, 4]);
  });
});

describe('errors', () => {
  @module
  class Attention extends Module {
    @param([3, 4]) weight!: Parameter;
    forward(x: Tensor): Tensor {
      return x.matmul(this.weight);
    }
  }
  @module
  class Block extends Module {
    attn = new Attention();
    forward(x: Tensor): Tensor {
      return this.attn.forward(x);
    }
  }
  @module
  class Stack extends Module {
    blocks = [new Block(), new Block()];
    forward(x: Tensor): Tensor {
      return this.blocks[1].forward(x);
    }
  }

  it('name the innermost module by its path in the outermost one', () => {
    const error = thrownBy(() => new Stack().forward(zeros([2, 5])));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error.modulePath).toBe('blocks.1.attn (Attention)');
    expect(error.message).toContain('matmul');
    expect(error.message).toContain('[2, 5]');
    expect(error.message).toContain('[3, 4]');
    expect(error.message.match(/blocks\.1\.attn \(Attention\)/g)).toHaveLength(1);
  });

  it('name the class alone where the outermost module itself is at fault', () => {
    expect(thrownBy(() => new Attention().forward(zeros([2, 5]))).modulePath).toBe('Attention');
  });

  it('carry no field for a path where there is none, which consoles would print', () => {
    expect(Object.keys(thrownBy(() => zeros([2, 3]).add(zeros([2]) as Tensor)))).not.toContain('modulePath');
  });

  it('leave no trace: the next forward works', () => {
    const model = new Stack();
    thrownBy(() => model.forward(zeros([2, 5])));
    expect(model.forward(zeros([2, 3])).shape).toEqual([2, 4]);
    expect(thrownBy(() => model.forward(zeros([2, 6]))).modulePath).toBe('blocks.1.attn (Attention)');
  });

  it('do not keep the next forward from being the outermost, whose value outlives a step', async () => {
    const model = new Stack();
    thrownBy(() => model.forward(zeros([2, 5])));
    const output = model.forward(zeros([1, 3]));
    output.sum().backward();
    await new SGD(model, { lr: 1 }).step();
    expect([...output.dataSync()]).toEqual([0, 0, 0, 0]);
  });

  it.each([
    ['a list', [1, 2], 'forward: expected a tensor, got [1, 2]; tensor(values) makes a tensor of them'],
    ['a promise', Promise.resolve(), 'forward: expected a tensor, got an instance of Promise; await it first'],
    ['nothing', undefined, 'forward: expected a tensor, got undefined\n'],
  ])('say that %s is no tensor, where a method of tensors was called on it', (_, given, message) => {
    const model = new Sequential(new Linear(2, 3));
    const failing = () => model.forward(given as never);
    expect(failing).toThrow(DTypeError);
    expect(failing).toThrow(message);
    expect(failing).toThrow('in 0 (');
  });

  it('of other methods, or where all arguments are tensors, are the ones that were thrown', () => {
    const layers = [
      (x: Tensor) => (x as unknown as { frobnicate(): Tensor }).frobnicate(),
      (x: Tensor) => (undefined as unknown as Tensor).matmul(x),
    ];
    for (const forward of layers) {
      @module
      class Model {
        forward = forward;
      }
      expect(() => new Model().forward(zeros([2, 2]))).toThrow(TypeError);
    }
  });

  it("that are not the library's own pass through as they are", () => {
    const own = new RangeError('mine');
    @module
    class Failing extends Module {
      forward(): Tensor {
        throw own;
      }
    }
    expect(thrownBy(() => new Failing().forward())).toBe(own);
    expect(own.message).toBe('mine');
  });

  it('a forward that returns a promise is one', () => {
    @module
    class Late extends Module {
      async forward(x: Tensor): Promise<number> {
        await Promise.resolve();
        return x.item();
      }
    }
    const error = thrownBy(() => new Late().forward(tensor([1])));
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toMatch(/Late\.forward returned a promise.*await data before/);
  });

  it('an undefined operand inside a forward names a dropped decorator as a likely cause', () => {
    @module
    class Dropped extends Module {
      declare weight: Parameter;
      forward(x: Tensor): Tensor {
        return x.matmul(this.weight);
      }
    }
    const error = thrownBy(() => new Dropped().forward(tensor([1])));
    expect(error.message).toContain('@param(...) w!: Parameter');
    expect(error.modulePath).toBe('Dropped');
  });
});
