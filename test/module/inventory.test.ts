import { describe, expect, it } from 'vitest';
import {
  buffer,
  compareInventories,
  infer,
  init,
  inventory,
  Linear,
  module,
  Module,
  param,
  Parameter,
  Sequential,
  zeros,
  type Buffer,
  type Tensor,
} from 'decograd';
import { holding } from './holding';

@module
class Norm extends Module {
  @param([4], { init: 1, group: 'noDecay', doc: 'scale, per channel' }) weight!: Parameter;
  @buffer([4]) mean!: Buffer;
  @buffer([], { dtype: 'int32', persistent: false }) count!: Buffer;
}

@module
class Deeper extends Norm {
  @param([2, 4], { init: init.normal({ std: 0.02 }), requiresGrad: false }) extra!: Parameter;
}

@module
class Model extends Module {
  norm = new Deeper();
  scale = new Parameter(zeros([3]));
  tied = { weight: this.scale };
  @param([1], { init: () => [7] }) last!: Parameter;
}

const entry = (model: object, path: string) => inventory(model).entries.find((one) => one.path === path);

describe('entries', () => {
  it('say everything about a declared parameter', () => {
    expect(entry(new Model(), 'norm.weight')).toEqual({
      path: 'norm.weight',
      kind: 'parameter',
      declaredBy: 'Norm',
      shape: [4],
      dtype: 'float32',
      count: 4,
      bytes: 16,
      trainable: true,
      persistent: true,
      group: 'noDecay',
      initialiser: 'full(1)',
      doc: 'scale, per channel',
      tied: [],
    });
  });

  it('say so for a buffer', () => {
    expect(entry(new Model(), 'norm.count')).toEqual({
      path: 'norm.count',
      kind: 'buffer',
      declaredBy: 'Norm',
      shape: [],
      dtype: 'int32',
      count: 1,
      bytes: 4,
      trainable: false,
      persistent: false,
      group: null,
      initialiser: 'zeros',
      doc: null,
      tied: [],
    });
  });

  it('name the class that declared, not the one that inherits; the holder of what was assigned by hand', () => {
    const declaredBy = inventory(new Model()).entries.map(({ path, declaredBy: name }) => [path, name]);
    expect(declaredBy).toEqual([
      ['last', 'Model'],
      ['scale', 'Model'],
      ['norm.weight', 'Norm'],
      ['norm.extra', 'Deeper'],
      ['norm.mean', 'Norm'],
      ['norm.count', 'Norm'],
    ]);
  });

  it('name initialisers and tied paths, and what is frozen', () => {
    const model = new Model();
    expect(entry(model, 'norm.extra')).toMatchObject({ initialiser: 'normal(mean=0, std=0.02)', trainable: false });
    expect(entry(model, 'last')).toMatchObject({ initialiser: 'custom' });
    expect(entry(model, 'scale')).toMatchObject({ initialiser: null, tied: ['tied.weight'] });
    model.requiresGrad(false);
    expect(inventory(model).entries.filter(({ trainable }) => trainable)).toEqual([]);
  });

  it('count each tied tensor once in the totals', () => {
    const { totals } = inventory(new Model());
    expect(totals).toEqual({ parameters: 4 + 8 + 3 + 1, trainable: 4 + 3 + 1, buffers: 5, bytes: (16 + 5) * 4 });
  });

  it('of a module without any', () => {
    const { entries, totals } = inventory(new Sequential());
    expect(entries).toEqual([]);
    expect(totals).toEqual({ parameters: 0, trainable: 0, buffers: 0, bytes: 0 });
    expect(String(inventory(new Sequential()))).toContain('0 parameters (0 trainable)');
  });
});

describe('forms', () => {
  @module
  class Small extends Module {
    @param([300, 4], { doc: 'a "b", c|d' }) weight!: Parameter;
    @buffer([2]) mean!: Buffer;
  }

  it('a table for people, with thousands set apart, and no empty columns', () => {
    expect(String(inventory(new Small())).split('\n')).toEqual([
      'path    kind       declared by  shape     dtype    count  bytes  trainable  initialiser  doc',
      '------  ---------  -----------  --------  -------  -----  -----  ---------  -----------  ----------',
      'weight  parameter  Small        [300, 4]  float32  1,200  4,800  yes        zeros        a "b", c|d',
      'mean    buffer     Small        [2]       float32      2      8             zeros',
      '',
      '1,200 parameters (1,200 trainable), 2 in buffers, 4,808 bytes',
    ]);
  });

  it('Markdown', () => {
    expect(inventory(new Small()).toMarkdown().split('\n')).toEqual([
      '| path | kind | declared by | shape | dtype | count | bytes | trainable | initialiser | doc |',
      '| --- | --- | --- | --- | --- | ---: | ---: | --- | --- | --- |',
      '| weight | parameter | Small | [300, 4] | float32 | 1,200 | 4,800 | yes | zeros | a "b", c\\|d |',
      '| mean | buffer | Small | [2] | float32 | 2 | 8 |  | zeros |  |',
      '',
      '1,200 parameters (1,200 trainable), 2 in buffers, 4,808 bytes',
    ]);
  });

  it('CSV, with every column and plain numbers', () => {
    expect(inventory(new Small()).toCSV().split('\r\n')).toEqual([
      'path,kind,declared by,shape,dtype,count,bytes,trainable,group,initialiser,tied to,doc',
      'weight,parameter,Small,"[300, 4]",float32,1200,4800,yes,,zeros,,"a ""b"", c|d"',
      'mean,buffer,Small,[2],float32,2,8,,,zeros,,',
      '',
    ]);
  });

  it('JSON, which compares as it was', () => {
    const saved = JSON.parse(JSON.stringify(inventory(new Model())));
    expect(saved.entries).toEqual(inventory(new Model()).entries);
    expect(saved.totals).toEqual(inventory(new Model()).totals);
    expect(compareInventories(saved, inventory(new Model()))).toEqual([]);
  });
});

describe('compareInventories', () => {
  const saved = (model: object) => JSON.parse(JSON.stringify(inventory(model)));
  const changes = (before: object, after: object) => compareInventories(saved(before), inventory(after));
  const p = (...shape: number[]) => new Parameter(zeros(shape));

  it('names what was added and removed', () => {
    expect(changes(holding({ a: p(2), b: p(3) }), holding({ a: p(2), c: p(4) }))).toEqual([
      'removed: parameter b [3] float32',
      'added: parameter c [4] float32',
    ]);
  });

  it('names what was renamed, by form and by the rest of its path', () => {
    const before = holding({ old: { x: p(3), weight: p(3), bias: p(2) } });
    const after = holding({ fresh: { weight: p(3), z: p(3), bias: p(2) } });
    expect(changes(before, after)).toEqual([
      'renamed: old.x is now fresh.z',
      'renamed: old.weight is now fresh.weight',
      'renamed: old.bias is now fresh.bias',
    ]);
  });

  it('names what was reshaped, frozen and changed otherwise', () => {
    const before = holding({ a: p(2), b: p(2), c: p(2) });
    const after = holding({ a: p(3), b: new Parameter(zeros([2]), { requiresGrad: false }), c: p(2) });
    expect(changes(before, after)).toEqual(['reshaped: a was [2], is [3]', 'frozen: b no longer receives gradients']);
    expect(changes(after, before)).toContain('unfrozen: b now receives gradients');
  });

  it('names what was untied and tied', () => {
    const shared = p(2);
    const tied = holding({ a: shared, b: shared });
    const untied = holding({ a: p(2), b: p(2) });
    expect(changes(tied, untied)).toEqual(['added: parameter b [2] float32', 'untied: a is no longer tied to b']);
    expect(changes(untied, tied)).toEqual(['removed: parameter b [2] float32', 'tied: a is now tied to b']);
  });

  it('names a frozen parameter that was renamed as well', () => {
    const after = holding({ fresh: new Parameter(zeros([2]), { requiresGrad: false }) });
    expect(changes(holding({ old: p(2) }), after)).toEqual([
      'renamed: old is now fresh',
      'frozen: fresh no longer receives gradients',
    ]);
  });

  it('does not care what classes are called', () => {
    const renamed = saved(new Sequential(new Linear(2, 3), new Linear(3, 1)));
    for (const one of renamed.entries) one.declaredBy = 't';
    expect(compareInventories(renamed, inventory(new Sequential(new Linear(2, 3), new Linear(3, 1))))).toEqual([]);
  });
});

describe('before the first forward', () => {
  @module
  class Waiting extends Module {
    @param([3, infer((x: Tensor) => x.shape[1])]) weight!: Parameter;
    @param([3]) bias!: Parameter;
    forward(x: Tensor): Tensor {
      return x.matmul(this.weight.transpose()).add(this.bias);
    }
  }

  it('totals say what they leave out, and no longer once it is there', () => {
    const model = new Waiting();
    expect(String(inventory(model))).toMatch(/\n3 parameters \(3 trainable\), .*, without 1 of sizes that the first forward decides$/); // prettier-ignore
    model.forward(zeros([1, 2]));
    expect(String(inventory(model))).toMatch(/\n9 parameters \(9 trainable\), 0 in buffers, 36 bytes$/);
  });
});
