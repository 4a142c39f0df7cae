import { describe, expect, it } from 'vitest';
import {
  buffer,
  external,
  isModule,
  Linear,
  module,
  Module,
  namedBuffers,
  namedParameters,
  param,
  Parameter,
  tensor,
  zeros,
  type Buffer,
  type Tensor,
} from 'decograd';

const shapes = (model: object): [string, readonly number[]][] =>
  namedParameters(model).map(([path, parameter]) => [path, parameter.shape]);

@module
class Affine extends Module {
  static readonly version = 3;
  @param([3, 4], { doc: 'the slope' }) weight!: Parameter<[3, 4]>;
  @param([4]) bias!: Parameter<[4]>;
  forward(x: Tensor) {
    return x.matmul(this.weight).add(this.bias);
  }
}

describe('@module', () => {
  it('leaves name, length, statics and instanceof as they were', () => {
    @module
    class Sized extends Module {
      static count = 1;
      constructor(
        readonly a: number,
        readonly b: number,
      ) {
        super();
      }
    }
    expect(Sized.name).toBe('Sized');
    expect(Sized.length).toBe(2);
    expect(Sized.count).toBe(1);
    const sized = new Sized(1, 2);
    expect(sized).toBeInstanceOf(Sized);
    expect(sized).toBeInstanceOf(Module);
    expect(sized.constructor).toBe(Sized);
    expect(new (sized.constructor as typeof Sized)(3, 4).b).toBe(4);
  });

  it('holds inside the class body, or the construction there is refused', () => {
    @module
    class Twin extends Module {
      @param([1]) w!: Parameter;
      twin() {
        return new Twin();
      }
    }
    // Compilers disagree about which class the name means in there.
    try {
      expect(shapes(new Twin().twin())).toEqual([['w', [1]]]);
    } catch (error) {
      expect((error as Error).message).toContain('new (this.constructor as typeof Twin)');
    }
  });

  it('makes instances modules, of subclasses as well, and nothing else', () => {
    class Plain {}
    class Silent extends Affine {}
    expect(isModule(new Affine())).toBe(true);
    expect(isModule(new Silent())).toBe(true);
    expect([new Plain(), Affine, null, undefined, 3, {}].map(isModule)).toEqual(Array(6).fill(false));
  });
});

describe('shapes are declared', () => {
  it('as numbers', () => {
    expect(shapes(new Affine())).toEqual([
      ['weight', [3, 4]],
      ['bias', [4]],
    ]);
  });

  it('as the empty tuple for a scalar, and with sizes of 0', () => {
    @module
    class Edges extends Module {
      @param([]) scale!: Parameter<[]>;
      @param([0, 3]) none!: Parameter<[0, 3]>;
    }
    expect(shapes(new Edges())).toEqual([
      ['scale', []],
      ['none', [0, 3]],
    ]);
  });

  it('as names of numeric fields and as functions of the instance', () => {
    @module
    class Sized extends Module {
      @param(['outSize', 'inSize']) weight!: Parameter;
      @param((self: Sized) => [self.outSize * 2]) bias!: Parameter;
      @buffer(['inSize']) mean!: Buffer;
      constructor(
        readonly inSize: number,
        readonly outSize: number,
      ) {
        super();
      }
    }
    const sized = new Sized(5, 2);
    expect(shapes(sized)).toEqual([
      ['weight', [2, 5]],
      ['bias', [4]],
    ]);
    expect(sized.mean.shape).toEqual([5]);
  });

  it('by one decorator of its own name for a buffer and for what is not part of the tree', () => {
    @module
    class Mixed extends Module {
      @param([2]) weight!: Parameter;
      @buffer([2], { init: 1, dtype: 'int32', persistent: false }) count!: Buffer;
      @external teacher = new Affine();
    }
    const mixed = new Mixed();
    expect(namedParameters(mixed).map(([path]) => path)).toEqual(['weight']);
    expect(namedBuffers(mixed).map(([path]) => path)).toEqual(['count']);
    expect(mixed.count.dtype).toBe('int32');
    expect(mixed.teacher.weight.shape).toEqual([3, 4]);
  });
});

describe('inheritance', () => {
  @module
  class Wide extends Affine {
    @param([4, 8]) extra!: Parameter;
    @param([6, 4]) override weight: Parameter<any> = undefined!;
  }

  it("puts the base's fields first, and an overriding entry at its base's place", () => {
    expect(shapes(new Wide())).toEqual([
      ['weight', [6, 4]],
      ['bias', [4]],
      ['extra', [4, 8]],
    ]);
  });

  it('changes nothing in the base', () => {
    expect(new Wide().weight.shape).toEqual([6, 4]);
    expect(shapes(new Affine())).toEqual([
      ['weight', [3, 4]],
      ['bias', [4]],
    ]);
  });

  it('keeps sisters apart', () => {
    @module
    class Left extends Affine {
      @param([1]) left!: Parameter;
    }
    @module
    class Right extends Affine {
      @param([2]) right!: Parameter;
    }
    expect(shapes(new Left()).map(([path]) => path)).toEqual(['weight', 'bias', 'left']);
    expect(shapes(new Right()).map(([path]) => path)).toEqual(['weight', 'bias', 'right']);
  });

  it('needs no decorator where a subclass declares nothing', () => {
    class Big extends Wide {
      override forward(x: Tensor) {
        return super.forward(x).mul(2);
      }
    }
    expect(shapes(new Big()).map(([path]) => path)).toEqual(['weight', 'bias', 'extra']);
    expect(new Big().extra.shape).toEqual([4, 8]);
  });

  it('goes through classes in between that declare nothing', () => {
    @module
    class Middle extends Wide {}
    @module
    class Last extends Middle {
      @buffer([1]) seen!: Buffer;
    }
    const last = new Last();
    expect(shapes(last).map(([path]) => path)).toEqual(['weight', 'bias', 'extra']);
    expect(last.seen.shape).toEqual([1]);
  });

  it('works from an abstract base with a generic method', () => {
    abstract class Layer extends Module {
      abstract size(): number;
    }
    @module
    class Three extends Layer {
      @param((self: Three) => [self.size()]) weight!: Parameter;
      size() {
        return 3;
      }
    }
    expect(shapes(new Three())).toEqual([['weight', [3]]]);
  });

  it("extends a layer of the library's own", () => {
    @module
    class Scaled extends Linear {
      @param([]) scale!: Parameter;
    }
    expect(shapes(new Scaled(2, 3)).map(([path]) => path)).toEqual(['weight', 'bias', 'scale']);
    expect(shapes(new Linear(2, 3)).map(([path]) => path)).toEqual(['weight', 'bias']);
  });

  it('may take a field out of the tree, or declare a buffer where the base has a parameter', () => {
    @module
    class Frozen extends Affine {
      @external override bias: Parameter<[4]> = new Parameter(zeros([4]));
      @buffer([3, 4]) override weight: any = undefined;
    }
    const frozen = new Frozen();
    expect(namedParameters(frozen)).toEqual([]);
    expect(namedBuffers(frozen).map(([path]) => path)).toEqual(['weight']);
  });
});

it('a class that does not extend Module is declared in the same way', async () => {
  @module
  class Bare {
    @param([2], { init: 3 }) weight!: Parameter<[2]>;
    forward(x: Tensor) {
      return x.mul(this.weight);
    }
  }
  expect(await new Bare().forward(tensor([1, 2])).toArray()).toEqual([3, 6]);
});

it('decorators called by hand do the same, in the legacy form', () => {
  class Bare {
    weight!: Parameter;
  }
  (param([2]) as any)(Bare.prototype, 'weight');
  const Decorated = module(Bare);
  expect(shapes(new Decorated())).toEqual([['weight', [2]]]);
});

it('decorators called by hand do the same, in the standard form', () => {
  const metadata = {};
  const initializers: ((this: object) => void)[] = [];
  class Bare {
    weight?: Parameter;
  }
  (param([2]) as any)(undefined, {
    kind: 'field',
    name: 'weight',
    static: false,
    private: false,
    metadata,
    addInitializer: (fn: (this: object) => void) => initializers.push(fn),
  });
  const Decorated = module(Bare, { kind: 'class', name: 'Bare', metadata } as any);
  const bare = new Decorated();
  initializers.forEach((fn) => fn.call(bare));
  expect(initializers).toHaveLength(1);
  expect(shapes(bare)).toEqual([['weight', [2]]]);
});
