import { describe, expect, it } from 'vitest';
import {
  Buffer,
  buffer,
  external,
  module,
  Module,
  modules,
  namedBuffers,
  namedModules,
  namedParameters,
  ones,
  param,
  Parameter,
  parameters,
  walk,
  zeros,
} from 'decograd';

@module
class Leaf extends Module {
  @param([2]) w!: Parameter<[2]>;
}

const paths = (model: object): string[] => namedParameters(model).map(([path]) => path);

describe('the tree', () => {
  it('goes through modules, arrays, plain objects and Maps, nested in each other', () => {
    @module
    class Nested extends Module {
      child = new Leaf();
      list = [new Leaf(), [new Leaf(), null, 'text', 3]];
      object = { left: new Leaf(), inner: { right: new Leaf() } };
      bare = Object.assign(Object.create(null) as object, { leaf: new Leaf() });
      map = new Map<unknown, unknown>([
        ['a', new Leaf()],
        [7, new Leaf()],
      ]);
      parameters_ = [new Parameter(zeros([1])), { deep: new Parameter(zeros([1])) }];
    }
    expect(paths(new Nested())).toEqual([
      'child.w',
      'list.0.w',
      'list.1.0.w',
      'object.left.w',
      'object.inner.right.w',
      'bare.leaf.w',
      'map.a.w',
      'map.7.w',
      'parameters_.0',
      'parameters_.1.deep',
    ]);
  });

  it('has sparse arrays under their own indices', () => {
    @module
    class Sparse extends Module {
      list: Leaf[] = [];
    }
    const model = new Sparse();
    model.list[3] = new Leaf();
    expect(paths(model)).toEqual(['list.3.w']);
  });

  it('is read anew each time', () => {
    @module
    class Growing extends Module {
      list = [new Leaf()];
    }
    const model = new Growing();
    model.list.push(new Leaf());
    expect(paths(model)).toEqual(['list.0.w', 'list.1.w']);
    model.list.shift();
    expect(paths(model)).toEqual(['list.0.w']);
  });

  it('holds neither plain tensors, nor numbers and texts, nor what #private and non-enumerable fields hold', () => {
    @module
    class Holding extends Module {
      readonly tensor = ones([2]);
      readonly text = 'text';
      readonly #hidden = new Leaf();
      readonly date = new Date(0);
      readonly table = new Float32Array(4);
      constructor() {
        super();
        Object.defineProperty(this, 'back', { value: this, enumerable: false });
      }
      get hidden() {
        return this.#hidden;
      }
    }
    const model = new Holding();
    expect(model.hidden).toBeInstanceOf(Leaf);
    expect(paths(model)).toEqual([]);
    expect(modules(model)).toEqual([model]);
  });

  it('passes by what a foreign object holds, where the tree has it anyway or there is nothing trainable', () => {
    class Logger {
      readonly lines: string[] = [];
      constructor(readonly watched: unknown) {}
    }
    @module
    class Watched extends Module {
      leaf = new Leaf();
      logger = new Logger(this.leaf);
      seen = new Set<unknown>([1, this.leaf, new Logger(null)]);
      quiet = Object.defineProperty(new Logger(null), 'own', { value: new Leaf(), enumerable: false });
      history = new Set(Array.from({ length: 200_000 }, (_, index) => ({ index })));
    }
    expect(paths(new Watched())).toEqual(['leaf.w']);
  });

  it('leaves out what is @external, whatever it holds', () => {
    @module
    class Student extends Module {
      @external teacher: Module;
      @external cache = new Set([new Leaf()]);
      @param([1]) w!: Parameter;
      constructor(teacher: Module) {
        super();
        this.teacher = teacher;
      }
    }
    expect(paths(new Student(new Leaf()))).toEqual(['w']);
  });

  it('lets a list hold itself, where no module lies in between', () => {
    @module
    class Loop extends Module {
      list: unknown[] = [new Leaf()];
    }
    const model = new Loop();
    model.list.push(model.list);
    expect(paths(model)).toEqual(['list.0.w']);
  });
});

describe('the order', () => {
  @module
  class Ordered extends Module {
    head = new Leaf();
    byHand = new Parameter(zeros([1]));
    list = [new Leaf()];
    @param([1]) second!: Parameter;
    @buffer([1]) state!: Buffer;
    @param([1]) third!: Parameter;
    handBuffer = new Buffer(zeros([1]));
    tail = new Leaf();
  }

  it('is declared parameters, then those by hand, then children and containers in own-key order, depth first', () => {
    expect(paths(new Ordered())).toEqual(['second', 'third', 'byHand', 'head.w', 'list.0.w', 'tail.w']);
    expect(namedBuffers(new Ordered()).map(([path]) => path)).toEqual(['state', 'handBuffer']);
    expect(namedModules(new Ordered()).map(([path]) => path)).toEqual(['', 'head', 'list.0', 'tail']);
  });

  it('does not depend on whether the dialect makes fields before they are filled', () => {
    const model = new Ordered();
    const { second } = model;
    delete (model as { second?: unknown }).second;
    model.second = second;
    expect(paths(model).slice(0, 3)).toEqual(['second', 'third', 'byHand']);
  });

  it('is one and the same for everything that lists', () => {
    const model = new Ordered();
    const walked = walk(model).filter((entry) => entry.kind === 'parameter');
    expect(parameters(model)).toEqual(walked.map((entry) => entry.value));
    expect(paths(model)).toEqual(walked.map((entry) => entry.path));
  });
});

describe('what is tied', () => {
  it('a parameter is listed once, under its first path, and keeps its other ones', () => {
    @module
    class Tied extends Module {
      encoder = new Leaf();
      decoder = new Leaf();
      alias = this.encoder.w;
      onInit() {
        this.decoder.w = this.encoder.w;
      }
    }
    const model = new Tied();
    expect(paths(model)).toEqual(['alias']);
    const entry = walk(model).find(({ path }) => path === 'alias');
    expect(entry?.places.map(({ path }) => path)).toEqual(['alias', 'encoder.w', 'decoder.w']);
    expect(entry?.places[1].owner).toBe(model.encoder);
  });

  it('a module is listed once, and its parameters have a path under each of its own', () => {
    @module
    class Shared extends Module {
      one = new Leaf();
      two = { again: this.one };
    }
    const model = new Shared();
    expect(namedModules(model).map(([path]) => path)).toEqual(['', 'one']);
    expect(paths(model)).toEqual(['one.w']);
    expect(walk(model).map(({ places }) => places.map(({ path }) => path))).toEqual([
      [''],
      ['one', 'two.again'],
      ['one.w', 'two.again.w'],
    ]);
  });
});

describe('size', () => {
  @module
  class Link extends Module {
    @param([1]) w!: Parameter;
    next: Link | null = null;
  }

  it('chains of 3,000 modules do not overflow', () => {
    let first = new Link();
    for (let i = 1; i < 3000; i++) {
      const link = new Link();
      link.next = first;
      first = link;
    }
    const listed = namedParameters(first);
    expect(listed).toHaveLength(3000);
    expect(listed[2999][0]).toBe(`${'next.'.repeat(2999)}w`);
    let applied = 0;
    first.apply(() => applied++);
    expect(applied).toBe(3000);
    expect(first.eval().modules()).toHaveLength(3000);
  });

  it('a chain built by its own constructors does not overflow either', () => {
    @module
    class Recursive extends Module {
      @param([1]) w!: Parameter;
      inner: Recursive | null;
      constructor(depth: number) {
        super();
        this.inner = depth > 1 ? new (this.constructor as typeof Recursive)(depth - 1) : null;
      }
    }
    expect(new Recursive(500).parameters()).toHaveLength(500);
  });

  it('10,000 parameters in 1,000 modules are all there', () => {
    @module
    class Ten extends Module {
      list = Array.from({ length: 10 }, () => new Parameter(zeros([2])));
    }
    @module
    class Wide extends Module {
      blocks = Array.from({ length: 1000 }, () => new Ten());
    }
    const listed = paths(new Wide());
    expect(new Set(listed).size).toBe(10_000);
    expect(listed[9_999]).toBe('blocks.999.list.9');
  });
});
