import { describe, expect, it } from 'vitest';
import * as decograd from 'decograd';
import {
  apply,
  buffer,
  buffers,
  children,
  external,
  isTraining,
  module,
  Module,
  modules,
  namedBuffers,
  namedChildren,
  namedModules,
  namedParameters,
  param,
  parameters,
  registerForwardHook,
  registerForwardPreHook,
  requiresGrad,
  setTraining,
  stateDict,
  tensor,
  to,
  TreeError,
  zeroGrad,
  type Buffer,
  type Parameter,
  type Tensor,
} from 'decograd';

@module
class Part extends Module {
  @param([2], { init: 1 }) w!: Parameter;
  @buffer([2]) b!: Buffer;
  forward(x: Tensor): Tensor {
    return x.mul(this.w);
  }
}

@module
class Whole extends Module {
  first = new Part();
  list = [new Part()];
  shared = { part: this.first };
  @external teacher = new Part();
  forward(x: Tensor): Tensor {
    return this.list[0].forward(this.first.forward(x));
  }
}

/** The same tree, of classes that do not extend Module. */
@module
class BarePart {
  @param([2], { init: 1 }) w!: Parameter;
  @buffer([2]) b!: Buffer;
  forward(x: Tensor): Tensor {
    return x.mul(this.w);
  }
}
@module
class BareWhole {
  first = new BarePart();
  list = [new BarePart()];
  shared = { part: this.first };
  @external teacher = new BarePart();
  forward(x: Tensor): Tensor {
    return this.list[0].forward(this.first.forward(x));
  }
}

describe('lists', () => {
  const model = new Whole();
  const { first, list } = model;

  it.each([
    ['parameters', [first.w, list[0].w]],
    ['buffers', [first.b, list[0].b]],
    ['children', [first, list[0]]],
    ['modules', [model, first, list[0]]],
  ] as const)('%s', (name, expected) => {
    const listed: readonly unknown[] = model[name]();
    expect(listed).toHaveLength(expected.length);
    expected.forEach((one, i) => expect(listed[i]).toBe(one));
  });

  it.each([
    ['namedParameters', ['first.w', 'list.0.w']],
    ['namedBuffers', ['first.b', 'list.0.b']],
    ['namedChildren', ['first', 'list.0']],
    ['namedModules', ['', 'first', 'list.0']],
  ] as const)('%s', (name, expected) => {
    expect(model[name]().map(([path]) => path)).toEqual(expected);
  });

  it('children are those a module holds itself, not those of its children', () => {
    @module
    class Outer extends Module {
      whole = new Whole();
    }
    expect(new Outer().namedChildren().map(([path]) => path)).toEqual(['whole']);
  });
});

describe('train and eval', () => {
  it('reach every module in the tree, and return the module', () => {
    const model = new Whole();
    const modes = () => model.modules().map(isTraining);
    expect(model.training).toBe(true);
    expect(model.eval()).toBe(model);
    expect(modes()).toEqual([false, false, false]);
    expect(model.teacher.training).toBe(true);
    expect(model.train()).toBe(model);
    expect(modes()).toEqual([true, true, true]);
    expect(model.train(false).training).toBe(false);
  });

  it('of a part concern the part', () => {
    const model = new Whole();
    model.first.eval();
    expect([model.training, model.first.training, model.list[0].training]).toEqual([true, false, true]);
  });
});

describe('gradients', () => {
  it('requiresGrad switches all parameters, buffers never', () => {
    const model = new Whole();
    expect(model.requiresGrad(false)).toBe(model);
    expect([...model.parameters(), ...model.buffers()].map((held) => held.requiresGrad)).toEqual(Array(4).fill(false));
    expect(model.forward(tensor([1, 1])).requiresGrad).toBe(false);
    model.requiresGrad();
    expect([...model.parameters(), ...model.buffers()].map((held) => held.requiresGrad)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(model.teacher.w.requiresGrad).toBe(true);
  });

  it('zeroGrad forgets them', () => {
    const model = new Whole();
    model
      .forward(tensor([1, 2]))
      .sum()
      .backward();
    expect(model.parameters().map(({ grad }) => [...grad!.dataSync()])).toEqual([
      [1, 2],
      [1, 2],
    ]);
    model.zeroGrad();
    expect(model.parameters().map(({ grad }) => grad)).toEqual([null, null]);
  });
});

it('apply calls the function with children first, each module once', () => {
  const model = new Whole();
  const seen: object[] = [];
  expect(model.apply((one) => seen.push(one))).toBe(model);
  expect(seen).toHaveLength(3);
  [model.first, model.list[0], model].forEach((one, i) => expect(seen[i]).toBe(one));
});

it('apply and the tree tell apart names that begin alike', () => {
  @module
  class Outer extends Module {
    part = new Whole();
    part2 = new Part();
  }
  const model = new Outer();
  const seen: object[] = [];
  model.apply((one) => seen.push(one));
  expect(seen.indexOf(model.part)).toBeLessThan(seen.indexOf(model.part2));
  expect(String(model).split('\n')).toContain('  part2: Part()');
});

it('to moves parameters, gradients and buffers, in the objects that optimizers know', () => {
  const model = new Whole();
  const { w } = model.first;
  model
    .forward(tensor([1, 2]))
    .sum()
    .backward();
  expect(model.to('reference64')).toBe(model);
  expect([...model.parameters(), ...model.buffers()].map((held) => held.device)).toEqual(Array(4).fill('reference64'));
  expect(w.grad!.device).toBe('reference64');
  expect(model.first.w).toBe(w);
  expect([...model.to('reference').first.w.dataSync()]).toEqual([1, 1]);
});

describe('free functions', () => {
  const model = new BareWhole();

  it('list over any decorated instance', () => {
    expect(namedParameters(model).map(([path]) => path)).toEqual(['first.w', 'list.0.w']);
    expect(parameters(model)).toEqual([model.first.w, model.list[0].w]);
    expect(namedBuffers(model).map(([path]) => path)).toEqual(['first.b', 'list.0.b']);
    expect(buffers(model)).toEqual([model.first.b, model.list[0].b]);
    expect(namedModules(model).map(([path]) => path)).toEqual(['', 'first', 'list.0']);
    expect(modules(model)[0]).toBe(model);
    expect(namedChildren(model).map(([path]) => path)).toEqual(['first', 'list.0']);
    expect(children(model)[1]).toBe(model.list[0]);
    expect(Object.keys(stateDict(model))).toEqual(['first.w', 'first.b', 'list.0.w', 'list.0.b']);
  });

  it('act on any decorated instance', () => {
    expect(setTraining(model, false)).toBe(model);
    expect(modules(model).map(isTraining)).toEqual([false, false, false]);
    expect(requiresGrad(model, false)).toBe(model);
    expect(parameters(model).map((w) => w.requiresGrad)).toEqual([false, false]);
    requiresGrad(model);
    model
      .forward(tensor([1, 1]))
      .sum()
      .backward();
    expect(model.first.w.grad).not.toBeNull();
    zeroGrad(model);
    expect(model.first.w.grad).toBeNull();
    const seen: object[] = [];
    expect(apply(model, (one) => seen.push(one))).toBe(model);
    expect(seen.at(-1)).toBe(model);
    expect(to(model, model.first.w.device)).toBe(model);
  });

  it('register hooks on any decorated instance', () => {
    const handles = [
      registerForwardPreHook(model.first, (_, [x]) => x.add(1)),
      registerForwardHook(model, (_, __, output) => output.mul(10)),
    ];
    expect([...model.forward(tensor([0, 1])).dataSync()]).toEqual([10, 20]);
    handles.forEach((handle) => handle.remove());
    expect([...model.forward(tensor([0, 1])).dataSync()]).toEqual([0, 1]);
  });

  it('refuse what is no module, and say what to do', () => {
    const functions = { parameters, namedModules, stateDict, isTraining, zeroGrad, inventory: decograd.inventory };
    for (const fn of Object.values(functions)) {
      expect(() => fn({})).toThrow(TreeError);
      expect(() => fn({})).toThrow(/an instance of Object is no module: .*@module/);
      expect(() => fn(Whole)).toThrow(/the function Whole is no module/);
    }
  });

  it('exist for every method of Module', () => {
    const others = ['constructor', 'training', 'train', 'eval', 'toString', 'toJSON'];
    const methods = Object.getOwnPropertyNames(Module.prototype).filter((name) => !others.includes(name));
    expect(methods.length).toBeGreaterThan(14);
    expect(methods.filter((name) => typeof decograd[name as keyof typeof decograd] !== 'function')).toEqual([]);
  });
});
