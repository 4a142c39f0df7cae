import { describe, expect, it } from 'vitest';
import {
  Adam,
  AdamW,
  buffer,
  Buffer,
  arange,
  concatenate,
  crossEntropyLoss,
  DataLoader,
  DeclarationError,
  device,
  DeviceError,
  DTypeError,
  embedding,
  external,
  GradientError,
  IndexError,
  infer,
  init,
  Linear,
  manualSeed,
  module,
  Module,
  mseLoss,
  noGrad,
  ones,
  param,
  Parameter,
  parameters,
  randn,
  SGD,
  ShapeError,
  StaleError,
  StateError,
  tensor,
  TensorDataset,
  to,
  Trainer,
  TreeError,
  ValueError,
  where,
  withDevice,
  zeros,
  type Callback,
  type DecogradError,
  type Tensor,
} from 'decograd';
import { holding } from './holding';

// What types refuse is called as JavaScript would call it.
const anyParam = param as any;
const anyBuffer = buffer as any;
type Decorate = (...args: unknown[]) => void;

/** Decorates a member by hand as legacy decorators are called, for targets that one of the dialects cannot spell. */
const legacy = (decorate: Decorate, { isStatic = false, name = 'w', descriptor = undefined as unknown } = {}) => {
  class Target extends Module {}
  decorate(isStatic ? Target : Target.prototype, name, descriptor);
  return new (module(Target))();
};

/** The same as standard decorators are called. */
const standard = (decorate: Decorate, context: object) => {
  class Target extends Module {}
  const metadata = {};
  const fixed = { kind: 'field', name: 'w', static: false, private: false, addInitializer: () => undefined };
  decorate(undefined, { ...fixed, ...context, metadata });
  return new (module(Target, { kind: 'class', name: 'Target', metadata } as any))();
};

/** An instance of `class Target { @param(shape, options) w }` whose other fields are given. */
const declared = (decorate: Decorate, fields: object = {}) => {
  @module
  class Target extends Module {
    @decorate w: any;
    constructor() {
      super();
      Object.assign(this, fields);
    }
  }
  return new Target();
};

@module
class Part extends Module {
  @param([2]) w!: Parameter;
  parent: unknown = null;
}

const cyclic = (through: (parent: object) => unknown) => {
  const child = new Part();
  const parent = holding({ child });
  child.parent = through(parent);
  return parent.parameters();
};

const x = () => tensor([[1, 2], [3, 4]]); // prettier-ignore
const ints = () => tensor([1, 2], { dtype: 'int32' });

@module
class Inner extends Module {
  @param([3, 4]) weight!: Parameter<[3, 4]>;
  forward(input: Tensor) {
    return input.matmul(this.weight as Tensor);
  }
}
@module
class Outer extends Module {
  readonly blocks = [new Inner()];
  forward(input: Tensor) {
    return this.blocks[0]!.forward(input);
  }
}

const twice = () => {
  const loss = tensor([1, 2], { requiresGrad: true }).square().sum();
  loss.backward();
  loss.backward();
};
const stale = async () => {
  const w = new Parameter(tensor([1, 2]));
  const model = { w };
  const hidden = w.mul(3);
  hidden.add(1).sum().backward(); // hidden is consumed, so it is not kept
  await new SGD([w], { lr: 1 }).step();
  return [model, await hidden.data()];
};
const one = new Parameter(tensor([1]));

/** What is done, the error's class, and what its text must say: the place, and the remedy. */
type Row = readonly [
  what: string,
  run: () => unknown,
  error: new (message: string) => DecogradError,
  ...texts: string[],
];

// prettier-ignore
const table: Record<string, readonly Row[]> = {
  'a missing @module': [
    ['above a class that extends Module', () => {
      class Forgotten extends Module { @param([2]) w!: Parameter; }
      return new Forgotten();
    }, DeclarationError, 'Forgotten.w', 'lacks @module; write @module directly above the class'],
    ['above a class that extends Module and declares nothing', () => {
      class Forgotten extends Module {}
      return new Forgotten();
    }, DeclarationError, 'Forgotten', 'write @module directly above the class'],
    ['above a class of its own', () => {
      class Forgotten { @param([2]) w!: Parameter; }
      return parameters(new Forgotten());
    }, DeclarationError, 'Forgotten.w', 'write @module directly above the class'],
    ['above a class of its own, within a tree', () => {
      class Forgotten { @param([2]) w!: Parameter; }
      return holding({ list: [new Forgotten()] }).parameters();
    }, DeclarationError, 'Forgotten.w', 'write @module directly above the class'],
    ['above a subclass that declares', () => {
      class Forgotten extends Part { @buffer([2]) more!: Buffer; }
      return new Forgotten();
    }, DeclarationError, 'Forgotten.more', 'write @module directly above the class'],
    ['above a subclass that declares, of a class of its own', () => {
      @module class Marked {}
      class Forgotten extends Marked { @param([2]) w!: Parameter; }
      return new Forgotten();
    }, DeclarationError, 'Forgotten.w', 'write @module directly above the class'],
    ['above a base that declares', () => {
      class Forgotten extends Module { @param([2]) w!: Parameter; }
      @module class Marked extends Forgotten {}
      return new Marked();
    }, DeclarationError, 'Forgotten.w', 'write @module directly above the class'],
    ['above a base that declares, below a class that does', () => {
      class Forgotten { @param([2]) w!: Parameter; }
      @module class Marked extends Forgotten { @param([3]) more!: Parameter; }
      return new Marked();
    }, DeclarationError, 'Forgotten.w', 'write @module directly above the class'],
    ['does not hide other mistakes', () => {
      class Forgotten extends Module { @anyParam([-1]) w!: Parameter; }
      return new Forgotten();
    }, DeclarationError, 'Forgotten lacks @module', 'Forgotten.w: -1 is no size', 'whole numbers of at least 0'],
  ],

  'a declared field that is undefined': [
    ['since it was assigned so', () => {
      const part = new Part();
      part.w = undefined!;
      return part.parameters();
    }, TreeError, 'Part.w is declared but undefined', 'override w: Parameter = undefined!', 'Assign null to leave it out'],
    ['since a subclass without @module resets it', () => {
      class Reset extends Part { override w: Parameter = undefined!; }
      const reset = new Reset();
      reset.w = undefined!; // what `w!: Parameter` alone does in some dialects, after the constructor
      return holding({ inner: reset }).parameters();
    }, TreeError, 'Reset.w (at "inner.w")', 'under its own @module'],
    ['since the constructor is still running', () => {
      @module class Early extends Module {
        @param([2]) w!: Parameter;
        count = this.parameters().length;
      }
      return new Early();
    }, TreeError, 'Early.w is not there yet', 'do this in onInit()'],
    ['since a parameter was overwritten with a tensor', () => {
      const part = new Part();
      part.w = part.w.mul(2) as Parameter;
      return part.parameters();
    }, TreeError, 'Part.w is declared with @param but holds an instance of', 'assign new Parameter(tensor), or null'],
    ['since a buffer was overwritten with a tensor', () => {
      @module class Counting extends Module { @buffer([1]) n!: Buffer; }
      const counting = new Counting();
      counting.n = counting.n.add(1) as Buffer;
      return counting.stateDict();
    }, TreeError, 'Counting.n is declared with @buffer but holds', 'record a new value with .assign(tensor)'],
  ],

  'two declarations of one field': [
    ['by one decorator', () => {
      @module class Twice extends Module { @param([2]) @param([3]) w!: any; }
      return new Twice();
    }, DeclarationError, 'Twice.w: is declared twice', 'keep one of the decorators'],
    ['by two', () => {
      @module class Twice extends Module { @external @buffer([3]) w!: any; }
      return new Twice();
    }, DeclarationError, 'Twice.w: is declared twice', 'keep one of the decorators'],
    ['of the class', () => {
      @module @module class Twice extends Module {}
      return new Twice();
    }, DeclarationError, 'Twice carries @module twice', 'keep one'],
  ],

  'a target that is no instance field': (['@param', '@buffer', '@external'] as const).flatMap((spelling): Row[] => {
    const decorate: Decorate = { '@param': anyParam([2]), '@buffer': anyBuffer([2]), '@external': external as any }[spelling];
    const remedy = 'declare an instance field such as `@param([3]) weight!: Parameter`';
    const method = { value: () => undefined, writable: true };
    const accessor = { get: () => undefined };
    return [
      [`${spelling} static, legacy`, () => legacy(decorate, { isStatic: true }), DeclarationError, 'Target.w: is static', remedy],
      [`${spelling} static, standard`, () => standard(decorate, { static: true }), DeclarationError, 'Target.w: is static', remedy],
      [`${spelling} method, legacy`, () => legacy(decorate, { descriptor: method }), DeclarationError, 'Target.w: is a method', remedy],
      [`${spelling} method, standard`, () => standard(decorate, { kind: 'method' }), DeclarationError, 'Target.w: is a method', remedy],
      [`${spelling} accessor, legacy`, () => legacy(decorate, { descriptor: accessor }), DeclarationError, 'Target.w: is an accessor', remedy],
      [`${spelling} accessor, standard`, () => standard(decorate, { kind: 'accessor' }), DeclarationError, 'Target.w: is an accessor', remedy],
      [`${spelling} getter, standard`, () => standard(decorate, { kind: 'getter' }), DeclarationError, 'Target.w: is a getter', remedy],
      [`${spelling} private, legacy`, () => legacy(decorate, { name: '' }), DeclarationError, 'Target.: is a #private field', remedy],
      [`${spelling} private, standard`, () => standard(decorate, { name: '#w', private: true }), DeclarationError, 'Target.#w: is a #private field', remedy],
      [`${spelling} name with a dot`, () => legacy(decorate, { name: 'a.b' }), DeclarationError, 'Target.a.b: its name makes no path', 'rename the field'],
    ];
  }),

  'sizes': [-1, 1.5, NaN, Infinity, undefined, null, true, '', {}].map((size): Row => [
    `of ${typeof size === 'string' ? '""' : String(size)}`, () => declared(anyParam([3, size])),
    DeclarationError, 'Target.w: ', 'is no size: write whole numbers of at least 0, names of numeric fields, or infer(...)',
  ]),

  'shapes': [
    ['missing', () => declared(anyParam), DeclarationError, 'Target.w: @param needs its shape', 'write @param([3, 4])'],
    ['a buffer without one', () => declared(anyBuffer), DeclarationError, 'Target.w: @buffer needs its shape', 'write @buffer([3, 4])'],
    ['a number', () => declared(anyParam(3)), DeclarationError, 'Target.w: ', 'a tuple such as [3, 4] or a function of the instance, not 3'],
    ['undefined', () => declared(anyParam()), DeclarationError, 'Target.w: ', 'a tuple such as [3, 4]'],
    ['a named size that is missing', () => declared(anyParam(['size'])),
      DeclarationError, 'Target.w: its shape names "size", which is undefined on the instance', 'assign this.size a whole number'],
    ['a named size that is no number', () => declared(anyParam(['size']), { size: '4' }),
      DeclarationError, 'Target.w: its shape names "size", which is "4"', 'assign this.size a whole number of at least 0 in the constructor'],
    ['a named size that is fractional', () => declared(anyParam(['size']), { size: 2.5 }), DeclarationError, 'Target.w', 'which is 2.5', 'assign this.size'],
    ['a named size that is negative', () => declared(anyBuffer(['size']), { size: -2 }), DeclarationError, 'Target.w', 'which is -2', 'assign this.size'],
    ...[undefined, 5, 'text', {}].map((result): Row => [`a function that returns ${String(result)}`, () => declared(anyParam(() => result)),
      DeclarationError, 'Target.w: its shape function returned', 'return a list of sizes, or null to leave it out']),
    ...[-1, 0.5, NaN, 'size', undefined].map((size): Row => [`a function that returns [2, ${String(size)}]`, () => declared(anyParam(() => [2, size])),
      DeclarationError, 'Target.w: its shape function returned [2, ', 'is no size: write whole numbers of at least 0']),
  ],

  'options': [
    ['of an unknown name', () => declared(anyParam([2], { initial: 1 })), DeclarationError, 'Target.w: unknown option "initial"', 'allowed are init, requiresGrad'],
    ["of the other decorator's", () => declared(anyBuffer([2], { requiresGrad: true })), DeclarationError, 'Target.w: unknown option', 'allowed are init, dtype, persistent'],
    ['of a wrong type', () => declared(anyParam([2], { requiresGrad: 'no' })), DeclarationError, 'Target.w: requiresGrad is "no"', 'give a boolean'],
    ['that are no object', () => declared(anyParam([2], 7)), DeclarationError, 'Target.w: its options are 7', 'not an object'],
    ['an unknown dtype', () => declared(anyParam([2], { dtype: 'float64' })), DeclarationError, 'Target.w: dtype is "float64"', 'allowed are float32, int32 and bool'],
    ['a dtype without gradients', () => declared(anyParam([2], { dtype: 'int32' })), DeclarationError, 'Target.w: dtype int32 has no gradients', 'add requiresGrad: false, or declare a @buffer'],
    ['an initialiser called once too rarely', () => declared(anyParam([2], { init: 'normal' })), DeclarationError, 'Target.w: init is "normal"', 'such as init.normal()'],
  ],

  'initialisers': [
    ['of wrong size', () => declared(anyParam([2, 3], { init: () => zeros([3, 2]) })),
      DeclarationError, 'Target.w: its initialiser made [3, 2] for shape [2, 3]', 'return that shape, or a number'],
    ['with too few numbers', () => declared(anyParam([2, 2], { init: () => new Float32Array(3) })),
      DeclarationError, 'Target.w: its initialiser made [3] for shape [2, 2]', 'return that shape'],
    ['that broadcast', () => declared(anyBuffer([2, 2], { init: () => ones([1, 2]) })),
      DeclarationError, 'Target.w: its initialiser made [1, 2] for shape [2, 2]', 'return that shape'],
    ['that return nothing', () => declared(anyParam([2], { init: () => undefined })),
      DeclarationError, 'Target.w: its initialiser returned undefined', 'return a tensor, number or list'],
    ['an initialiser that nobody made', () => declared(anyParam([2], { init: init.normal })), ValueError, 'Target.w: making its first value failed: init.normal: options are one object'],
    ['that return an initialiser', () => declared(anyParam([2], { init: () => init.normal() })),
      DeclarationError, 'Target.w: its initialiser returned the function', 'return a tensor, number or list'],
  ],

  'values assigned by hand': [
    ['of another shape', () => declared(anyParam([2]), { w: new Parameter(zeros([3])) }),
      DeclarationError, 'Target.w was assigned a tensor of shape [3], but is declared [2]', 'make the two agree'],
    ['a plain tensor for a parameter', () => declared(anyParam([2]), { w: zeros([2]) }),
      DeclarationError, 'Target.w was assigned an instance of', 'assign new Parameter(tensor), null to leave it out'],
    ['a parameter for a buffer', () => declared(anyBuffer([2]), { w: new Parameter(zeros([2])) }),
      DeclarationError, 'Target.w was assigned an instance of', 'assign a tensor, null to leave it out'],
    ['a list', () => declared(anyParam([2]), { w: [1, 2] }), DeclarationError, 'Target.w was assigned [1, 2]', 'assign new Parameter(tensor)'],
  ],

  'parts that the tree does not reach': [
    ['in a Set', () => holding({ parts: new Set([new Part()]) }).parameters(),
      TreeError, 'Holder.parts: an instance of Set holds a module (Part)', 'keep it in an array, plain object or Map'],
    ['in a Set in a list', () => holding({ list: [1, { deep: new Set([[new Part()]]) }] }).parameters(),
      TreeError, 'Holder.list (at "list.1.deep"): an instance of Set holds', 'keep it in an array'],
    ['a parameter in an instance of a foreign class', () => {
      class Wrapper { readonly inner = { weight: new Parameter(zeros([1])) }; }
      return holding({ wrapper: new Wrapper() }).parameters();
    }, TreeError, 'Holder.wrapper: an instance of Wrapper holds a parameter', 'write @module above its class, or mark the field @external'],
    ['a buffer in an instance of a foreign class', () => {
      class Wrapper { readonly state = new Buffer(zeros([1])); }
      return holding({ wrapper: new Wrapper() }).parameters();
    }, TreeError, 'Holder.wrapper: an instance of Wrapper holds a buffer', 'mark the field @external'],
    ['under a symbol', () => holding({ [Symbol('secret')]: new Part() }).parameters(),
      TreeError, 'Holder.Symbol(secret): a symbol key holds a module (Part)', 'use string keys, or mark the field @external'],
    ['under an object as a key of a Map', () => holding({ map: new Map([[{}, new Part()]]) }).parameters(),
      TreeError, 'Holder.map: a Map key that is no string or number leads to a module (Part)', 'use string keys'],
    ['as a key of a Map', () => holding({ map: new Map([[new Part(), 1]]) }).parameters(), TreeError, 'Holder.map', 'use string keys'],
  ],

  'keys that make no path': [
    ['with a dot, in an object', () => holding({ parts: { 'a.b': new Part() } }).parameters(),
      TreeError, 'Holder.parts (at "parts.a.b")', 'has a dot in it', 'rename the key'],
    ['with a dot, in a Map', () => holding({ parts: new Map([['a.b', { deep: [new Part()] }]]) }).parameters(),
      TreeError, 'Holder.parts (at "parts.a.b.deep.0")', 'the key at "parts.a.b" has a dot in it', 'rename the key'],
    ['with a dot, as a field', () => holding({ 'a.b': new Parameter(zeros([1])) }).parameters(), TreeError, 'Holder.a.b', 'rename the key'],
    ['empty', () => holding({ parts: { '': new Part() } }).parameters(), TreeError, 'Holder.parts', 'is empty', 'rename the key'],
  ],

  'cycles': [
    ['to the root', () => cyclic((parent) => parent),
      TreeError, 'Part.parent (at "child.parent") leads back to the root', 'a #private or non-enumerable field or a WeakRef, or mark the field @external'],
    ['through lists and Maps', () => cyclic((parent) => [new Map([['up', { parent }]])]),
      TreeError, 'Part.parent (at "child.parent.0.up.parent") leads back to the root', '@external'],
    ['of a module to itself', () => {
      const part = new Part();
      part.parent = part;
      return holding({ part }).parameters();
    }, TreeError, 'Part.parent (at "part.parent") leads back to "part"', 'a cycle has no paths'],
    ['of a list through a module', () => {
      const list: unknown[] = [new Part()];
      (list[0] as Part).parent = list;
      return holding({ list }).parameters();
    }, TreeError, 'Part.parent (at "list.0.parent") leads back to "list"', '@external'],
  ],

  'a gradient for a parameter outside of the tree': [
    ['behind a #private field', () => {
      @module class Secret extends Module {
        readonly #w = new Parameter(ones([2]));
        forward(x: Tensor) { return x.mul(this.#w).sum(); }
      }
      return new Secret().forward(tensor([1, 2])).backward();
    }, TreeError, 'in the constructor of Secret', 'keep it in a public field instead of a #private one, or mark the field that holds it @external'],
    ['in a module behind a #private field', () => {
      @module class Secret extends Module {
        readonly #part = new Part();
        forward(x: Tensor) { return x.mul(this.#part.w).sum(); }
      }
      return new Secret().forward(tensor([1, 2])).backward();
    }, TreeError, 'Part.w received a gradient, but the parameter tree of Secret does not reach it', 'keep it in a public field'],
  ],

  'construction inside its own class body': [
    ['where its name is bound to the undecorated class', () => {
      class Twin extends Module {
        twin() { return new Twin(); }
      }
      return new (module(Twin))().twin();
    }, DeclarationError, 'Twin was constructed without its decorator', 'write new (this.constructor as typeof Twin)(...) there'],
    ["in another's constructor, before super", () => {
      class Twin extends Module {}
      module(Twin);
      @module class Outer extends Module {
        constructor() {
          new Twin();
          super();
        }
      }
      return new Outer();
    }, DeclarationError, 'Twin was constructed without its decorator', 'this.constructor as typeof Twin'],
    ['in its own constructor', () => {
      class Twin extends Module {
        inner: unknown;
        constructor(depth: number) {
          super();
          this.inner = depth > 0 ? new Twin(depth - 1) : null;
        }
      }
      return new (module(Twin))(1);
    }, DeclarationError, 'Twin was constructed without its decorator', 'this.constructor as typeof Twin'],
  ],

  'decorators in a wrong form': [
    ['@external with parentheses', () => (external as any)(), DeclarationError, '@external takes no arguments', 'write `@external field`'],
    ['@module with parentheses', () => (module as any)(), DeclarationError, '@module was given undefined', 'write it without parentheses, directly above a class'],
  ],

  'state dicts': [
    ['with missing, unexpected and misshapen keys', () => holding({ a: new Part(), b: new Part(), c: new Part() })
      .loadStateDict({ 'a.w': zeros([2]), 'b.w': zeros([5]), d: zeros([1]), e: zeros([1]) }),
    StateError, "missing: c.w; unexpected: d, e; wrong shape: 'b.w' is [5], the model's [2]", 'nothing was loaded'],
    ['with a missing key', () => new Part().loadStateDict({}), StateError, 'missing: w', 'pass { strict: false } to load what fits'],
    ['with an unexpected key', () => new Part().loadStateDict({ w: zeros([2]), 'x.y': zeros([2]) }), StateError, 'unexpected: x.y', 'pass { strict: false }'],
  ],

  'operations': [
    ['matmul of sizes that differ', () => randn([2, 4]).matmul(randn([3, 4]) as Tensor), ShapeError, 'matmul: [2, 4] times [3, 4]: 4 is not 3'],
    ['the same inside a module', () => new Outer().forward(randn([2, 4])), ShapeError, 'matmul: [2, 4] times [3, 4]', 'in blocks.0 (Inner)'],
    ['matmul of a scalar', () => (tensor(2) as Tensor).matmul(x()), ShapeError, 'matmul', 'use mul to scale by a number'],
    ['shapes that do not broadcast', () => (randn([2, 3]) as Tensor).add(randn([2, 4]) as Tensor), ShapeError, 'add: shapes [2, 3] and [2, 4] do not broadcast: 3 is not 4'],
    ['a reshape to another size', () => x().reshape([3]), ShapeError, 'reshape: [2, 2] has 4 elements, [3] would have 3'],
    ['a reshape that leaves two sizes open', () => x().reshape([-1, -1]), ShapeError, 'reshape', '-1 cannot be inferred'],
    ['concatenating different sizes', () => concatenate([ones([2, 3]) as Tensor, ones([2, 4]) as Tensor]), ShapeError, 'concatenate: tensor 0 is [2, 3], tensor 1 is [2, 4]', 'must agree'],
    ['concatenating nothing', () => concatenate([]), ValueError, 'concatenate: the list of tensors is empty'],
    ['an axis that is not there', () => (x() as Tensor).sum(2), IndexError, 'sum: axis 2 is outside [2, 2]; allowed are -2 to 1'],
    ['an axis of a scalar that is not there', () => (tensor(2) as Tensor).sum(1), IndexError, 'sum: axis 1 is outside []; allowed are -1 to 0'],
    ['the one axis of a scalar twice', () => (tensor(2) as Tensor).sum([0, -1]), IndexError, 'sum: axes [0,-1] of a scalar name one axis twice'],
    ['an index that is not there', () => x().select(0, 2), IndexError, 'select: index 2 is outside axis 0 of [2, 2]; allowed are -2 to 1'],
    ['a gather beyond the end', () => x().gather(0, tensor([[5, 0]], { dtype: 'int32' })), IndexError, 'gather: index 5 is out of range; allowed are 0 to 1'],
    ['a row beyond the end, computed', () => embedding(ints().mul(3), x()).dataSync(), IndexError, 'embedding: index 3 is out of range; allowed are 0 to 1'],
    ['indices that are floats', () => x().indexSelect(0, tensor([0, 1])), DTypeError, 'indexSelect: indices must be int32', 'call .int() first'],
    ['integers where floats are needed', () => ints().softmax(0), DTypeError, 'softmax: needs float32, got int32 [2]; call .float() first'],
    ['a product of integers', () => ints().matmul(ints()), DTypeError, 'matmul: [2] times [2]: needs float32, got int32; call .float() first'],
    ['gradients of integers', () => tensor([1, 2], { dtype: 'int32', requiresGrad: true }), DTypeError, 'only float32 tensors have gradients, not int32; call .float() first'],
    ['a mean of integers', () => ints().mean(), DTypeError, 'mean: needs float32', 'call .float() first'],
    ['a condition that is not bool', () => where(ints(), 1, 0), DTypeError, 'where: the condition must be bool, not int32', '.bool()'],
    ['lists of different lengths', () => tensor([[1, 2], [3]] as number[][]), ShapeError, 'tensor: lists at depth 1 differ in length: 2 and 1'],
    ['an undefined operand', () => x().add(undefined as unknown as Tensor), DTypeError, 'got undefined', '`@param(...) w!: Parameter`, under @module'],
    ['a range that leads away from its end', () => arange(3, 1), ValueError, 'arange: steps of 1 from 3 lead away from 1; give a negative step, or an end of at least 3'],
    ['a range down that leads up', () => arange(1, 3, -1), ValueError, 'arange: steps of -1 from 1 lead away from 3; give a positive step, or an end of at most 1'],
    ['a range to below 0', () => arange(-2), ValueError, 'arange: steps of 1 from 0 lead away from -2'],
    ['a range that stands still', () => arange(1, 3, 0), ValueError, 'arange: from 1 to 3 by 0 never ends'],
    ['sizes below 0', () => zeros([2, -1]), ShapeError, 'zeros: sizes must be whole numbers of at least 0, not [2, -1]'],
    ['a label out of range', () => crossEntropyLoss(randn([2, 3]), tensor([0, 3], { dtype: 'int32' })), IndexError, 'crossEntropyLoss: label 3 is no class; allowed are 0 to 2'],
    ['a target of another shape', () => mseLoss(randn([4, 1]) as Tensor, randn([4]) as Tensor), ShapeError, 'mseLoss: the output is [4, 1], the target [4]; reshape one'],
  ],

  'data': [
    ['an empty dataset', () => new DataLoader(new TensorDataset(zeros([0, 2]))), ValueError, 'DataLoader: the dataset is empty; give at least one sample'],
    ['batch size 0', () => new DataLoader(new TensorDataset(x()), { batchSize: 0 }), ValueError, 'DataLoader: batchSize must be a whole number of at least 1, not 0'],
    ['tensors of different lengths', () => new TensorDataset(zeros([2]), zeros([3])), ShapeError, 'TensorDataset: first sizes must agree, got [2] and [3]'],
  ],

  'gradients and devices': [
    ['backward from a non-scalar', () => tensor([1, 2], { requiresGrad: true }).mul(2).backward(), GradientError, 'backward: needs a scalar, got shape [2]; reduce it (.sum(), .mean()) or pass its gradient'],
    ['backward from a constant', () => x().sum().backward(), GradientError, 'backward: this tensor does not depend on anything with requiresGrad', 'constant'],
    ['backward twice', twice, GradientError, 'backward: this graph was walked before', 'pass { retainGraph: true } the first time'],
    ['a stale value', stale, StaleError, 'would be needed as it was before it changed', 'call keep() on the tensor'],
    ['noGrad around an async function', () => noGrad(async () => 1), GradientError, 'noGrad takes a synchronous function', 'await outside of it'],
    ['requiresGrad of a computed tensor', () => (tensor([1], { requiresGrad: true }).mul(2).requiresGrad = false), GradientError, 'leaf tensors only; use detach()'],
    ['mixed devices', () => x().add(withDevice('reference', x)), DeviceError, 'add', 'is on wasm', 'on reference', ".to('wasm')"],
    ['a device that is not there', () => device('tpu'), DeviceError, "there is no device 'tpu'; known are wasm"],
    ['a tensor moved to a device that is not there', () => x().to('tpu'), DeviceError, "there is no device 'tpu'; known are wasm"],
    ['a tensor made on a device that is not there', () => tensor([1], { device: 'tpu' }), DeviceError, "there is no device 'tpu'; known are wasm"],
    ['a module moved to a device that is not there', () => new Linear(1, 2).to('tpu'), DeviceError, "there is no device 'tpu'; known are wasm"],
    ['a module moved to a device that is to be found first', () => new Linear(1, 2).to('gpu'), DeviceError, "'gpu' is looked for, which takes time: const { name } = await device('gpu')"],
    ['a module moved to a device that is not loaded', () => new Linear(1, 2).to('gpu:cpu'), DeviceError, "gpu:cpu is not loaded yet: await device('gpu:cpu') first"],
    ['a module whose sizes are not known yet, moved there', () => to(declared(anyParam([infer(() => 1)])), 'tpu'), DeviceError, "there is no device 'tpu'"],
  ],

  'optimizers': [
    ['an optimizer given nothing', () => new SGD([], { lr: 1 }), ValueError, 'SGD: was given no parameters; give a module or model.parameters()'],
    ['a parameter twice', () => new Adam([one, one]), ValueError, "Adam: parameter '1' was given twice, first as '0'; give each once"],
    ['a plain tensor', () => new AdamW([x() as unknown as Parameter]), ValueError, 'AdamW: item 0 is no Parameter', 'wrap it in new Parameter(tensor)'],
  ],
};

const thrownBy = (run: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(run)
    .catch((error: unknown) => error);

describe.each(Object.entries(table))('%s', (_, rows) => {
  for (const [what, run, error, ...texts] of rows)
    it(what, async () => {
      const thrown = (await thrownBy(run)) as Error;
      expect(thrown).toBeInstanceOf(error);
      expect(thrown.name).toBe((error as unknown as typeof DecogradError).errorName);
      for (const text of texts) expect(thrown.message).toContain(text);
    });
});

describe('a loss that is not finite, in fit', () => {
  it.each([2, 3])(
    'stops at step %i, names it and the parameter, and leaves the parameters of the step before',
    async (bad) => {
      manualSeed(1);
      const model = new Inner();
      const before: unknown[] = [];
      const batches = [1, 2, 3, 4].map((i) => [randn([2, 3]).mul(i === bad ? Infinity : 1), randn([2, 4])] as const);
      const seen: Callback = { onBatchEnd: async () => void before.push(await model.weight.toArray()) };
      const trainer = new Trainer(model, {
        optimizer: new SGD(model, { lr: 0.1 }),
        loss: mseLoss,
        callbacks: [seen],
      });
      const error = await thrownBy(() => trainer.fit(batches, { epochs: 1, progress: false }));
      expect(error).toBeInstanceOf(GradientError);
      expect((error as Error).message).toMatch(new RegExp(`Trainer.fit: step ${bad} \\(epoch 1\\): the loss is (NaN|Infinity); the first non-finite parameter is weight \\(its gradient\\)`)); // prettier-ignore
      expect(before.length).toBe(bad - 1);
      expect(await model.weight.toArray()).toEqual(before.at(-1));
    },
  );
});
