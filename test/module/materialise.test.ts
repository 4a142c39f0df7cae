import { describe, expect, it } from 'vitest';
import {
  arange,
  buffer,
  init,
  isBuffer,
  manualSeed,
  module,
  Module,
  namedParameters,
  ones,
  param,
  Parameter,
  randn,
  tensor,
  zeros,
  type Buffer,
} from 'decograd';
import { thrownBy } from './thrown-by';

describe('what a constructor sees and leaves', () => {
  it('declared fields are made after the constructor, base class first, in declaration order', () => {
    const made: string[] = [];
    const noting = (name: string) => (shape: readonly number[]) => {
      made.push(name);
      return zeros(shape);
    };
    @module
    class Base extends Module {
      @param([1], { init: noting('base.first') }) first!: Parameter;
      @buffer([1], { init: noting('base.second') }) second!: Buffer;
      constructor() {
        super();
        made.push(`base constructor, first is ${String(this.first)}`);
      }
    }
    @module
    class Derived extends Base {
      @param([1], { init: noting('derived.third') }) third!: Parameter;
      constructor() {
        super();
        made.push('derived constructor');
      }
    }
    const derived = new Derived();
    expect(made).toEqual([
      'base constructor, first is undefined',
      'derived constructor',
      'base.first',
      'base.second',
      'derived.third',
    ]);
    expect(derived.third.label).toBe('Derived.third');
    expect(derived.first.label).toBe('Base.first');
  });

  it('onInit runs once, after everything is there', () => {
    let calls = 0;
    @module
    class Base extends Module {
      @param([2]) weight!: Parameter;
      onInit() {
        calls++;
        this.weight.assign(ones([2]));
      }
    }
    @module
    class Derived extends Base {
      @param([3]) more!: Parameter;
      override onInit() {
        super.onInit();
        this.more.assign(this.weight.sum().expand([3]));
      }
    }
    const derived = new Derived();
    expect(calls).toBe(1);
    expect([...derived.more.dataSync()]).toEqual([2, 2, 2]);
  });

  it('every module in a tree has its own onInit, children first', () => {
    const order: string[] = [];
    @module
    class Child extends Module {
      onInit() {
        order.push('child');
      }
    }
    @module
    class Parent extends Module {
      child = new Child();
      onInit() {
        order.push('parent');
      }
    }
    expect(new Parent().child).toBeInstanceOf(Child);
    expect(order).toEqual(['child', 'parent']);
  });

  it('each instance has tensors of its own', () => {
    @module
    class Pair extends Module {
      @param([2]) weight!: Parameter;
    }
    const [a, b] = [new Pair(), new Pair()];
    a.weight.assign(ones([2]));
    expect([...b.weight.dataSync()]).toEqual([0, 0]);
  });
});

describe('what is absent', () => {
  @module
  class Optional extends Module {
    @param([2]) weight: Parameter | null | undefined;
    @param((self: Optional) => (self.withBias ? [2] : null)) bias!: Parameter | null;
    constructor(
      readonly withBias: boolean,
      weight?: null,
    ) {
      super();
      this.weight = weight;
    }
  }

  it('null in the constructor leaves a field out, undefined has it made', () => {
    expect(new Optional(true, null).weight).toBeNull();
    expect(new Optional(true).weight!.shape).toEqual([2]);
  });

  it('a shape function that returns null leaves a field out', () => {
    const model = new Optional(false);
    expect(model.bias).toBeNull();
    expect(namedParameters(model).map(([path]) => path)).toEqual(['weight']);
    expect(namedParameters(new Optional(true)).map(([path]) => path)).toEqual(['weight', 'bias']);
  });

  it('null assigned later takes a field out of the tree', () => {
    const model = new Optional(true);
    model.weight = null;
    expect(namedParameters(model).map(([path]) => path)).toEqual(['bias']);
  });
});

describe('what was assigned by hand', () => {
  it('a parameter is kept, and is the same object', () => {
    const given = new Parameter(tensor([1, 2]));
    @module
    class Given extends Module {
      @param([2]) weight: Parameter = given;
    }
    expect(new Given().weight).toBe(given);
  });

  it('a plain tensor becomes the buffer it is declared to be', () => {
    @module
    class Given extends Module {
      @buffer([3]) positions: Buffer = arange(3).float() as Buffer;
    }
    const { positions } = new Given();
    expect(isBuffer(positions)).toBe(true);
    expect([...positions.dataSync()]).toEqual([0, 1, 2]);
  });

  it('a field without a decorator is registered by a Parameter in it, as in PyTorch', () => {
    @module
    class ByHand extends Module {
      scale = new Parameter(tensor([2]));
      plain = tensor([1]);
      @param([1]) declared!: Parameter;
    }
    const model = new ByHand() as ByHand & { late?: Parameter };
    model.late = new Parameter(tensor([3]));
    expect(namedParameters(model).map(([path]) => path)).toEqual(['declared', 'scale', 'late']);
  });
});

describe('first values', () => {
  const values = async (init: any, shape: number[] = [2, 2], dtype?: 'float32' | 'int32' | 'bool') => {
    @module
    class One extends Module {
      @buffer(() => shape, { init, dtype }) field!: Buffer;
    }
    const { field } = new One();
    return { value: await field.toArray(), dtype: field.dtype };
  };

  it('are zeros by default', async () => {
    expect((await values(undefined)).value).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('come from a number, a tensor, nested lists or a flat typed array', async () => {
    const expected = [
      [1, 2],
      [3, 4],
    ];
    expect((await values(7)).value).toEqual([
      [7, 7],
      [7, 7],
    ]);
    expect((await values(() => 7)).value).toEqual([
      [7, 7],
      [7, 7],
    ]);
    expect((await values(() => tensor(expected))).value).toEqual(expected);
    expect((await values(() => expected)).value).toEqual(expected);
    expect((await values(() => new Float32Array([1, 2, 3, 4]))).value).toEqual(expected);
  });

  it('take the declared dtype', async () => {
    expect(await values(init.ones(), [2], 'int32')).toEqual({ value: [1, 1], dtype: 'int32' });
    expect(await values(() => tensor([0, 2]), [2], 'bool')).toEqual({ value: [0, 1], dtype: 'bool' });
    expect(await values(() => arange(2), [2])).toEqual({ value: [0, 1], dtype: 'float32' });
  });

  it('are computed from the shape, dtype, `Class.field` and the instance', () => {
    const seen: unknown[] = [];
    @module
    class Asking extends Module {
      @param([2, 3], { init: (shape, context) => (seen.push(shape, context), zeros(shape)) }) weight!: Parameter;
    }
    const self = new Asking();
    expect(seen).toEqual([[2, 3], { dtype: 'float32', path: 'Asking.weight', self }]);
  });

  it('do not share what an initialiser returns', () => {
    const shared = new Parameter(tensor([1, 1]));
    @module
    class Copying extends Module {
      @param([2], { init: () => shared }) weight!: Parameter;
    }
    const { weight } = new Copying();
    shared.assign(tensor([9, 9]));
    expect([...weight.dataSync()]).toEqual([1, 1]);
    weight.mul(2).sum().backward();
    expect(shared.grad).toBeNull();
  });

  it('draw in construction order, so that one seed gives the same model', () => {
    @module
    class Drawing extends Module {
      @param([3], { init: init.normal() }) a!: Parameter;
      @param([3], { init: init.normal() }) b!: Parameter;
    }
    const draw = () => {
      manualSeed(5);
      const { a, b } = new Drawing();
      return [...a.dataSync(), ...b.dataSync()];
    };
    manualSeed(5);
    const byHand = [...randn([3]).dataSync(), ...randn([3]).dataSync()];
    expect(draw()).toEqual(byHand);
    expect(draw()).toEqual(byHand);
    expect(new Set(byHand).size).toBe(6);
  });

  it('are trainable or not, as declared', () => {
    @module
    class Mixed extends Module {
      @param([1]) on!: Parameter;
      @param([1], { requiresGrad: false }) off!: Parameter;
      @param([1], { requiresGrad: false, dtype: 'int32' }) index!: Parameter;
      @buffer([1]) state!: Buffer;
    }
    const { on, off, index, state } = new Mixed();
    expect([on, off, index, state].map((held) => held.requiresGrad)).toEqual([true, false, false, false]);
    expect(index.dtype).toBe('int32');
  });
});

describe('what a declaration computes by code of its own', () => {
  it('names the field in whatever the shape throws, and keeps the error', () => {
    @module
    class Sized extends Module {
      @param((self: any) => [self.config.size]) w!: Parameter;
    }
    const error = thrownBy(() => new Sized());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/^\w+\.w: making its shape failed: Cannot read properties of undefined/);
    expect(error.stack).toContain(error.message);
  });

  it('names the field in whatever the initialiser throws, once', () => {
    const refuse = (): never => {
      throw new RangeError('no such table');
    };
    @module
    class Filled extends Module {
      @param([2], { init: refuse }) w!: Parameter;
    }
    @module
    class Vector extends Module {
      @param([2], { init: init.xavierUniform() }) w!: Parameter;
    }
    expect(thrownBy(() => new Filled()).message).toMatch(/^\w+\.w: making its first value failed: no such table$/);
    expect(thrownBy(() => new Vector()).message).toMatch(/^\w+\.w: init.xavierUniform needs at least two dims/);
  });
});
