import { beforeAll, describe, expect, it } from 'vitest';
import { type AttentionOptions, device, type Linear, module, Module, ModuleDict, ModuleList, modules, type MultiheadAttention, scaledDotProductAttention, tensor, type Tensor } from 'decograd'; // prettier-ignore
import * as layers from '../../src/nn';
import fixtures from '../fixtures/layers.json';
import { devices } from '../ops/devices';
import { expectClose } from './close';
import { agree, camel, settingsOf } from './settings';

interface Listed {
  readonly shape: number[];
  readonly values: number[];
  /** float32 where it is not said. */
  readonly dtype?: 'int32';
}
type Spec = [name: string, ...args: unknown[]];
/** Arguments, and states of several tensors, are lists. */
type Nested<T> = T | Nested<T>[];
interface Sample {
  readonly layer: Spec;
  readonly inputs: Nested<Listed>[];
  /** Options of the call; lists are tensors. */
  readonly call?: Record<string, unknown>;
  readonly state: Record<string, Listed>;
  readonly outputs: Listed[];
  readonly upstream: number[][];
  readonly gradient: (number[] | null)[];
  readonly gradients: Record<string, number[]>;
  /** Buffers, and parameters that changed, after a call in training mode. */
  readonly after?: Record<string, number[]>;
}
const each = <T, U>(f: (x: T) => U, nested: Nested<T>): Nested<U> =>
  Array.isArray(nested) ? nested.map((part) => each(f, part)) : f(nested);
const flat = <T>(nested: Nested<T>): T[] => (Array.isArray(nested) ? nested.flatMap((part) => flat(part)) : [nested]);
type Layer = Module & { forward(x: Tensor): Tensor };

const listed = ({ shape, values, dtype }: Listed) =>
  tensor(dtype ? new Int32Array(values) : new Float32Array(values), { shape });
const leaf = (x: Listed) => {
  const made = listed(x);
  made.requiresGrad = x.dtype === undefined;
  return made;
};

// The models of test/oracle/layers.py, named as one names things here.
@module
class Blocks extends Module {
  readonly hiddenBlocks: ModuleList<Layer>;
  constructor(...blocks: Layer[]) {
    super();
    this.hiddenBlocks = new ModuleList(blocks);
  }
  forward(x: Tensor) {
    for (const block of this.hiddenBlocks) x = x.add(block.forward(x));
    return x;
  }
}
@module
class Heads extends Module {
  readonly outputHeads: ModuleDict<Layer>;
  constructor(scores: Layer, box: Layer) {
    super();
    this.outputHeads = new ModuleDict({ class_scores: scores, box }); // keys are data: they may stay PyTorch's
  }
  forward(x: Tensor) {
    const [scores, box] = this.outputHeads.values().map((head) => head.forward(x)) as [Tensor, Tensor];
    return scores.add(box.sum(-1, true));
  }
}
@module
class Tied extends Module {
  constructor(
    readonly textEncoder: Linear,
    readonly textDecoder: Linear,
  ) {
    super();
    textDecoder.weight = textEncoder.weight;
  }
  forward(x: Tensor) {
    return this.textDecoder.forward(this.textEncoder.forward(x).tanh());
  }
}

/** Attention to the input itself, which projects it once. */
@module
class SelfAttention extends Module {
  constructor(readonly attention: MultiheadAttention) {
    super();
  }
  forward(x: Tensor) {
    return this.attention.forward(x, x, x, { needWeights: false })[0];
  }
}
/** The function as a layer; lists among the options are masks. */
@module
class Attention extends Module {
  constructor(private readonly options: AttentionOptions) {
    super();
  }
  forward(q: Tensor, k: Tensor, v: Tensor) {
    const options = Object.entries(this.options).map(([key, value]) => [key, Array.isArray(value) ? tensor(value as number[]) : (value as unknown)]); // prettier-ignore
    return scaledDotProductAttention(q, k, v, Object.fromEntries(options) as AttentionOptions);
  }
}

const classes = { ...layers, Blocks, Heads, Tied, SelfAttention, Attention } as unknown as Record<
  string,
  new (...args: unknown[]) => Layer
>;
const isLayer = (arg: unknown): arg is Spec => Array.isArray(arg) && typeof arg[0] === 'string';
const isOptions = (arg: unknown): arg is object => typeof arg === 'object' && arg !== null && !Array.isArray(arg);
const optionsOf = (given: object) =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value as unknown]));
const build = ([name, ...args]: Spec): Layer =>
  new classes[name]!(...args.map((arg) => (isLayer(arg) ? build(arg) : isOptions(arg) ? optionsOf(arg) : arg)));
const show = ([name, ...args]: Spec): string =>
  `${name}(${args.map((arg) => (isLayer(arg) ? show(arg) : JSON.stringify(arg))).join(', ')})`;

describe.each(devices)('outputs and gradients are those of PyTorch %s', (name) => {
  beforeAll(() => device(name));

  (fixtures.cases as unknown as Sample[]).forEach((sample) => {
    const shapes = flat(sample.inputs).map(({ shape }) => `[${shape.join(', ')}]`);
    const { after } = sample;
    it(`${show(sample.layer)} of ${shapes.join(', ')}${after ? ' in training' : ''}`, async () => {
      const layer = build(sample.layer).train(after !== undefined);
      const saved = Object.entries(sample.state).map(([key, value]) => [key, listed(value)] as const);
      layer.loadStateDict(Object.fromEntries(saved));
      const inputs = each(leaf, sample.inputs) as Nested<Tensor>[];
      const call = Object.entries(sample.call ?? {}).map(([key, value]) => [camel(key), Array.isArray(value) ? tensor(value as number[]) : value]); // prettier-ignore
      const args = call.length > 0 ? [...inputs, Object.fromEntries(call)] : inputs;
      const outputs = flat((layer.forward as (...args: unknown[]) => Nested<Tensor>)(...args));
      expect(outputs.map(({ shape }) => [...shape])).toEqual(sample.outputs.map(({ shape }) => shape));
      const sums = outputs.map((y, k) => y.mul(listed({ shape: [...y.shape], values: sample.upstream[k]! })).sum());
      sums.reduce((a, b) => a.add(b)).backward();
      for (const [k, y] of outputs.entries()) expectClose(await y.data(), sample.outputs[k]!.values, 1e-5);
      for (const [k, x] of flat(inputs).entries())
        if (x.requiresGrad) expectClose(await x.grad!.data(), sample.gradient[k]!, 1e-4);
      const wanted = Object.entries(sample.gradients);
      const found = new Map(layer.namedParameters().map(([path, parameter]) => [camel(path), parameter]));
      expect([...found.keys()]).toEqual(wanted.map(([key]) => camel(key)));
      for (const [key, values] of wanted) expectClose(await found.get(camel(key))!.grad!.data(), values, 1e-4);
      const state = new Map([...layer.namedBuffers(), ...layer.namedParameters()]);
      for (const [key, values] of Object.entries(after ?? {}))
        expectClose(await state.get(camel(key))!.data(), values, 1e-5);
    });
  });
});

describe('a printed layer shows what PyTorch shows, and only what it takes', () => {
  const rows = (fixtures.printed as [Spec, string][]).map(([spec, text]) => ({ spec, text, layer: show(spec) }));
  const takes = new Map<string, string[]>(Object.entries(fixtures.arguments));
  const takesAny = (name: string) => takes.get(name)!.includes('args');

  it.each(rows)('$layer: $text', ({ spec, text }) => {
    const [line] = String(build(spec)).split('\n');
    const [ours, theirs] = [settingsOf(line!.slice(spec[0].length + 1, -1)), settingsOf(text)];
    const isMissing = ([name, value]: [string, unknown]) =>
      !ours.named.has(name) || !agree(ours.named.get(name), value);
    const missing = [...theirs.named].filter(isMissing).map(([name]) => name);
    expect(missing.filter((name) => name !== 'inplace')).toEqual([]);
    const values = [...ours.named.values()];
    expect(theirs.others.filter((size) => !values.some((value) => agree(value, size)))).toEqual([]);
    const known = takes.get(spec[0])!.map(camel);
    if (!takesAny(spec[0])) expect([...ours.named.keys()].filter((name) => !known.includes(name))).toEqual([]);
  });
});

it('every layer that is exported has a case', () => {
  const exported = (Object.values(layers) as unknown[]).filter((value): value is typeof Module => typeof value === 'function' && value.prototype instanceof Module); // prettier-ignore
  const built = new Set(
    fixtures.cases.flatMap(({ layer }) => modules(build(layer as Spec)).map((part) => part.constructor)),
  );
  expect(exported.filter((layer) => !built.has(layer))).toEqual([]);
  expect(exported.length).toBeGreaterThanOrEqual(48);
});

it('PyTorch 2.13 made the values', () => expect(fixtures.torch).toBe('2.13.0'));
