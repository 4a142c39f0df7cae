import { describe, expect, it } from 'vitest';
import {
  IndexError,
  Linear,
  module,
  type Layer,
  type Module,
  ModuleDict,
  ModuleList,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  Tanh,
  tensor,
  TreeError,
  type Tensor,
} from 'decograd';

const names = (part: { namedChildren(): [string, object][] }) =>
  part.namedChildren().map(([name, child]) => `${name} ${child.constructor.name}`);

describe('Sequential', () => {
  it('names its layers by number, in its tree and in state dicts', () => {
    const model = new Sequential(new Linear(2, 3), new ReLU(), new Sequential(new Linear(3, 1, { bias: false })));
    expect(Object.keys(model.stateDict())).toEqual(['0.weight', '0.bias', '2.0.weight']);
    expect(String(model)).toContain('2: Sequential()\n    0: Linear(inFeatures=3, outFeatures=1');
    expect(model.length).toBe(3);
    expect(model[1]).toBeInstanceOf(ReLU);
    expect([model.at(-1), model.at(0), model.at(3)]).toEqual([model[2], model[0], undefined]);
    expect([...model]).toEqual([model[0], model[1], model[2]]);
  });

  it('grows at the end and in the middle', () => {
    const model = new Sequential(new ReLU());
    expect(model.append(new Tanh()).extend([new Sigmoid()]).insert(1, new Linear(1, 1))).toBe(model);
    expect(names(model)).toEqual(['0 ReLU', '1 Linear', '2 Tanh', '3 Sigmoid']);
    model.insert(-1, new ReLU());
    model.insert(5, new Tanh());
    expect(names(model)).toEqual(['0 ReLU', '1 Linear', '2 Tanh', '3 ReLU', '4 Sigmoid', '5 Tanh']);
    expect(() => model.insert(7, new ReLU())).toThrow(/insert: index 7 is outside a list of 6; allowed are -6 to 6/);
    expect(() => model.insert(0.5, new ReLU())).toThrow(IndexError);
    expect(model.length).toBe(6);
  });

  it('runs every layer it holds, one assigned beyond the end or put in place of another too', async () => {
    const model = new Sequential(new ReLU());
    model[3] = { forward: (x: Tensor) => x.add(1) };
    expect(model.length).toBe(2);
    expect(await model.forward(tensor([-5])).data()).toEqual(new Float32Array([1]));
    model.append({ forward: (x: Tensor) => x.mul(10) });
    expect(await model.forward(tensor([-5])).data()).toEqual(new Float32Array([10]));
    model[0] = { forward: (x: Tensor) => x.neg() };
    expect(await model.forward(tensor([-5])).data()).toEqual(new Float32Array([60]));
  });

  it('names the layer where something went wrong', () => {
    const wrong: Layer = new Sequential(new ReLU(), new Linear(4, 1)); // an untyped layer, which is checked when it runs
    const model = new Sequential(new Linear(2, 3), wrong);
    expect(() => model.forward(tensor([[1, 2]]))).toThrow(/matmul: \[1, 3\] times \[4, 1\].*\n {2}in 1\.1 \(Linear\)/);
  });

  it('holds one layer twice: one parameter, stepped once', async () => {
    const shared = new Linear(1, 1, { bias: false });
    shared.weight.assign(tensor([[3]]));
    const model = new Sequential(shared, shared);
    expect(model.parameters()).toEqual([shared.weight]);
    const optimizer = new SGD(model, { lr: 0.1 });
    model
      .forward(tensor([[1]]))
      .sum()
      .backward();
    await optimizer.step();
    expect(await shared.weight.item()).toBeCloseTo(3 - 0.1 * 6, 6);
  });

  it('takes modules alone', () => {
    const wrong = (...layers: unknown[]) => new Sequential(...(layers as ReLU[]));
    expect(() => wrong([new ReLU()])).toThrow(
      /layer 0 is .* no forward; give modules as arguments, new Sequential\(a, b\)/,
    );
    expect(() => wrong(new ReLU(), null)).toThrow(/Sequential: layer 1 is null/);
    expect(() => wrong(ReLU)).toThrow(/layer 0 is the function ReLU, which has no forward/);
    expect(() => wrong((x: Tensor) => x)).toThrow(TreeError);
  });
});

describe('ModuleList', () => {
  const list = () => new ModuleList<Module>([new ReLU(), new Tanh()]);

  it('is read as a list', () => {
    const layers = list();
    expect(layers.length).toBe(2);
    expect(layers[0]).toBeInstanceOf(ReLU);
    expect([layers.at(-1), layers.at(-2), layers.at(2)]).toEqual([layers[1], layers[0], undefined]);
    const seen: Module[] = [];
    for (const layer of layers) seen.push(layer);
    expect(seen).toEqual([layers[0], layers[1]]);
    expect(names(layers)).toEqual(['0 ReLU', '1 Tanh']);
    expect(new ModuleList().length).toBe(0);
  });

  it('grows, from any iterable', () => {
    const layers = list()
      .append(new Sigmoid())
      .extend(new Set([new ReLU()]))
      .insert(0, new Tanh());
    expect(names(layers)).toEqual(['0 Tanh', '1 ReLU', '2 Tanh', '3 Sigmoid', '4 ReLU']);
    expect(names(new ModuleList(layers))).toEqual(names(layers));
    const itself = list();
    expect(() => itself.insert(-3, new ReLU())).toThrow(/index -3 is outside a list of 2; allowed are -2 to 2/);
  });

  it('passes on modes, gradients and parameters of what it holds', () => {
    const layers = new ModuleList([new Linear(2, 2), new Linear(2, 2, { bias: false })]);
    expect(layers.namedParameters().map(([path]) => path)).toEqual(['0.weight', '0.bias', '1.weight']);
    layers.eval();
    expect(layers[1]!.training).toBe(false);
    layers.requiresGrad(false);
    expect(layers.parameters().some((p) => p.requiresGrad)).toBe(false);
  });

  it('takes modules alone, and changes nothing where it refuses one', () => {
    const layers = list();
    expect(() => layers.append(3 as unknown as Module)).toThrow(/ModuleList: item 2 is 3, no module; give instances/);
    expect(() => layers.insert(0, {} as Module)).toThrow(/item 0 is an instance of Object, no module/);
    expect(() => new ModuleList([ReLU as unknown as Module])).toThrow(TreeError);
    expect(() => new ModuleList(new ReLU() as never)).toThrow(/ModuleList: takes a list, new ModuleList\(\[a, b\]\), not an instance of/); // prettier-ignore
    expect(names(layers)).toEqual(['0 ReLU', '1 Tanh']);
  });
});

describe('ModuleDict', () => {
  const dict = () => new ModuleDict<Module>({ encoder: new Linear(2, 1), decoder: new Tanh() });

  it('is read as a Map', () => {
    const parts = dict();
    expect(parts.keys()).toEqual(['encoder', 'decoder']);
    expect(parts.values()).toEqual([parts.get('encoder'), parts.get('decoder')]);
    expect(parts.entries()).toEqual([...parts]);
    expect([parts.has('encoder'), parts.has('forward'), parts.has('other'), parts.size]).toEqual([
      true,
      false,
      false,
      2,
    ]);
    const seen: string[] = [];
    for (const [name, part] of parts) seen.push(`${name} ${part.constructor.name}`);
    expect(seen).toEqual(['encoder Linear', 'decoder Tanh']);
    expect(Object.keys(parts.stateDict())).toEqual(['encoder.weight', 'encoder.bias']);
  });

  it('changes: sets, replaces in place, takes over, deletes', () => {
    const parts = dict().set('last', new ReLU()).set('encoder', new Sigmoid());
    expect(names(parts)).toEqual(['encoder Sigmoid', 'decoder Tanh', 'last ReLU']);
    expect([parts.delete('decoder'), parts.delete('decoder'), parts.delete('forward')]).toEqual([true, false, false]);
    parts.update({ more: new Tanh() }).update(new Map([['evenMore', new ReLU()]]));
    expect(parts.keys()).toEqual(['encoder', 'last', 'more', 'evenMore']);
    expect(new ModuleDict(parts).keys()).toEqual(parts.keys());
    expect(new ModuleDict(new Map([['a', new ReLU()]])).keys()).toEqual(['a']);
  });

  it('sees what was assigned as a field', () => {
    const parts = dict() as ModuleDict & { extra?: Module };
    parts.extra = new ReLU();
    expect(parts.keys()).toEqual(['encoder', 'decoder', 'extra']);
  });

  it('refuses what makes no path, hides something, or is no module', () => {
    const parts = dict();
    for (const taken of ['toString', 'training', 'keys', 'parameters', 'constructor', '__proto__'])
      expect(() => parts.set(taken, new ReLU())).toThrow(
        `ModuleDict: '${taken}' already means something on every module`,
      );
    for (const name of ['', 'a.b']) expect(() => parts.set(name, new ReLU())).toThrow(/makes no path; choose a name/);
    expect(() => parts.set('x', ReLU as unknown as Module)).toThrow(
      /'x' is the function ReLU, no module; give an instance/,
    );
    expect(() => parts.get('coder')).toThrow(/there is no 'coder'; known are encoder, decoder/);
    expect(() => new ModuleDict().get('a')).toThrow(/known are none/);
    expect(parts.keys()).toEqual(['encoder', 'decoder']);
  });
});

it('a subclass declares more beside its numbered layers', () => {
  @module
  class Scaled extends Sequential {
    readonly factor = 3;
    override forward(x: Tensor) {
      return super.forward(x).mul(this.factor);
    }
  }
  expect(new Scaled(new ReLU(), new ReLU()).forward(tensor([2])).itemSync()).toBe(6);
});
