import { describe, expect, it } from 'vitest';
import { external, module, Module, ones, param, Parameter, tensor, TreeError, zeros, type Tensor } from 'decograd';

@module
class Part extends Module {
  @param([2], { init: 1 }) w!: Parameter;
  forward(x: Tensor): Tensor {
    return x.mul(this.w);
  }
}

const x = tensor([1, 2]);
const gradient = (parameter: Parameter): number[] => [...parameter.grad!.dataSync()];

describe('gradients are let through', () => {
  it('to free-standing parameters, made outside of any module', () => {
    const free = new Parameter(ones([2]));
    x.mul(free).sum().backward();
    expect(gradient(free)).toEqual([1, 2]);
  });

  it('to what is in the tree, made in whichever constructor or in onInit', () => {
    @module
    class Whole extends Module {
      parts = new Map([['a', [new Part()]]]);
      byHand = new Parameter(ones([2]));
      late?: Parameter;
      onInit() {
        this.late = new Parameter(ones([2]));
      }
    }
    const model = new Whole();
    const [part] = model.parts.get('a')!;
    part.forward(x).mul(model.byHand).mul(model.late!).sum().backward();
    expect(model.parameters().map(gradient)).toEqual(Array(3).fill([1, 2]));
  });

  it('to what an @external field holds', () => {
    @module
    class Holding extends Module {
      @external readonly cache = { inner: [new Part()] };
      @external readonly parameter = new Parameter(ones([2]));
    }
    const { cache, parameter } = new Holding();
    cache.inner[0].forward(x).mul(parameter).sum().backward();
    expect(gradient(cache.inner[0].w)).toEqual([1, 2]);
    expect(gradient(parameter)).toEqual([1, 2]);
  });

  it('to a part that is used in another module', () => {
    @module
    class Borrowing extends Module {
      constructor(readonly part: Part) {
        super();
      }
    }
    @module
    class Lending extends Module {
      part = new Part();
    }
    const lending = new Lending();
    new Borrowing(lending.part).part.forward(x).sum().backward();
    expect(gradient(lending.part.w)).toEqual([1, 2]);
  });

  it('once checked, without another walk', () => {
    let walks = 0;
    @module
    class Counting extends Module {
      parts = Array.from({ length: 20 }, () => new Part());
      constructor() {
        super();
        Object.defineProperty(this, 'noticed', { enumerable: true, get: () => void walks++ });
      }
    }
    const model = new Counting();
    const step = () =>
      model.parts
        .reduce((y, part) => part.forward(y), x as Tensor)
        .sum()
        .backward();
    step();
    step();
    expect(walks).toBe(1);
  });
});

describe('gradients are refused', () => {
  @module
  class Secret extends Module {
    readonly #w = new Parameter(ones([2]));
    readonly part = new Part();
    forward(y: Tensor): Tensor {
      return this.part.forward(y).mul(this.#w).sum();
    }
  }

  it('every time, and no other parameter gets one then', () => {
    const model = new Secret();
    for (let i = 0; i < 2; i++) expect(() => model.forward(x).backward()).toThrow(TreeError);
    expect(model.part.w.grad).toBeNull();
  });

  it('for a part that was dropped from the tree before its first one', () => {
    @module
    class Replacing extends Module {
      part: Part | null = new Part();
    }
    const model = new Replacing();
    const dropped = model.part!;
    model.part = null;
    expect(() => dropped.forward(x).sum().backward()).toThrow('the parameter tree of Replacing does not reach it');
  });

  it('not while computing without them', () => {
    expect(new Secret().forward(zeros([2])).itemSync()).toBe(0);
  });
});
