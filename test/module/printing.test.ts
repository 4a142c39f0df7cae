import { describe, expect, it } from 'vitest';
import { format, inspect } from 'node:util';
import { buffer, inventory, module, Module, param, Parameter, tensor, zeros, type Buffer, type Tensor } from 'decograd';

@module
class Cell extends Module {
  @param(['size', 2]) weight!: Parameter;
  @buffer([], { dtype: 'int32' }) steps!: Buffer;
  readonly mode = 'mean';
  readonly causal = false;
  constructor(readonly size: number) {
    super();
  }
  forward(x: Tensor): Tensor {
    return x;
  }
}

@module
class Described extends Module {
  readonly p = 0.5;
  extraRepr(): string {
    return `p is ${this.p}`;
  }
}

@module
class Model extends Module {
  cells = [new Cell(3), new Cell(1)];
  drop = new Described();
  shared = { weight: this.cells[0].weight };
  again = this.drop;
}

@module
class Holder extends Module {
  constructor(readonly held: object) {
    super();
  }
}

const tree = [
  'Model()',
  '  cells.0: Cell(mode="mean", causal=false, size=3)',
  '    weight: Parameter [3, 2], tied to shared.weight',
  '    steps: Buffer [] int32',
  '  cells.1: Cell(mode="mean", causal=false, size=1)',
  '    weight: Parameter [1, 2], frozen',
  '    steps: Buffer [] int32',
  '  drop: Described(p is 0.5), tied to again',
];

describe('a module', () => {
  const model = new Model();
  model.cells[1].requiresGrad(false);

  // Where a class sets its own fields and those of its constructor differs between dialects and compilers.
  const settled = (text: string): string[] =>
    text.replace(/size=(\d), mode="mean", causal=false/g, 'mode="mean", causal=false, size=$1').split('\n');

  it('is printed as a tree with settings, shapes and ties', () => {
    expect(settled(String(model))).toEqual(tree);
  });

  it('is shown by the console, by templates and in JSON in the same way', () => {
    expect(inspect(model)).toBe(String(model));
    expect(format('%s', model)).toBe(String(model));
    expect(`${model.drop}`).toBe('Described(p is 0.5)');
    expect(JSON.parse(JSON.stringify({ model })).model).toBe(String(model));
  });

  it('is readable in other values', () => {
    expect(inspect({ drop: model.drop })).toContain('Described(p is 0.5)');
  });
});

describe('the settings of a module', () => {
  @module
  class Settings {
    readonly sizes = [3, [4, null]];
    readonly many = Array.from({ length: 9 }, (_, i) => i);
    readonly none = null;
    readonly nobody = undefined;
    readonly parts = [1, new Cell(1)];
    readonly tables = { size: 3 };
    readonly self: unknown[] = [];
    constructor() {
      this.self.push(this.self);
    }
    @param(() => null) bias!: Parameter | null;
  }
  it('are numbers, texts, flags, null, and lists of them, cut where they are long', () => {
    const [line] = String(new Holder(new Settings())).split('\n').slice(1);
    expect(line).toBe('  held: Settings(sizes=[3, [4, null]], many=[0, 1, 2, ..., 6, 7, 8], none=null)');
  });
});

describe('a parameter', () => {
  const parameter = new Parameter(
    tensor([
      [1, 2.5],
      [-3, 1 / 3],
    ]),
  );

  it('is shown by the console with shape and values, and no internals', () => {
    const text = format(parameter);
    expect(text).toBe('Parameter [2, 2] float32, requiresGrad [[1, 2.5],\n [-3, 0.33333]]');
    expect(text).toBe(String(parameter));
  });

  it('is shown in the same way within its module and other values, at any depth', () => {
    @module
    class Bare {
      weight = parameter;
    }
    const text = inspect({ a: { b: { c: new Bare() } } }, { depth: 9 });
    expect(text).toContain('Parameter [2, 2] float32');
    expect(text).toContain('0.33333');
    expect(text).not.toMatch(/node|unsized|cell|owner|Symbol/i);
  });

  it('shows its newest value', () => {
    const changing = new Parameter(tensor([1]));
    changing.assign(tensor([2]));
    expect(inspect(changing)).toBe('Parameter [1] float32, requiresGrad [2]');
  });

  it('leaves out the middle of what is long', () => {
    const text = inspect(new Parameter(zeros([2000])));
    expect(text).toBe('Parameter [2000] float32, requiresGrad [0, 0, 0, ..., 0, 0, 0]');
  });
});

it('an inventory is shown as its table', () => {
  const shown = inventory(new Cell(2));
  expect(inspect(shown)).toBe(String(shown));
});
