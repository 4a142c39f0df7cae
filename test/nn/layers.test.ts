import { beforeAll, describe, expect, it } from 'vitest';
import { device, type Linear, module, Module, ModuleDict, ModuleList, modules, tensor, type Tensor } from 'decograd';
import * as layers from '../../src/nn';
import fixtures from '../fixtures/layers.json';
import { devices } from '../ops/devices';
import { expectClose } from './close';

interface Listed {
  readonly shape: number[];
  readonly values: number[];
}
type Spec = [name: string, ...args: unknown[]];
type Layer = Module & { forward(x: Tensor): Tensor };

const listed = ({ shape, values }: Listed) => tensor(new Float32Array(values), { shape });

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

const classes = { ...layers, Blocks, Heads, Tied } as unknown as Record<string, new (...args: unknown[]) => Layer>;
const isLayer = (arg: unknown): arg is Spec => Array.isArray(arg) && typeof arg[0] === 'string';
const isOptions = (arg: unknown): arg is object => typeof arg === 'object' && arg !== null && !Array.isArray(arg);
const optionsOf = (given: object) =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [camel(key), value as unknown]));
const build = ([name, ...args]: Spec): Layer =>
  new classes[name]!(...args.map((arg) => (isLayer(arg) ? build(arg) : isOptions(arg) ? optionsOf(arg) : arg)));
const show = ([name, ...args]: Spec): string =>
  `${name}(${args.map((arg) => (isLayer(arg) ? show(arg) : JSON.stringify(arg))).join(', ')})`;
const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

describe.each(devices)('outputs and gradients are those of PyTorch %s', (name) => {
  beforeAll(() => device(name));

  fixtures.cases.forEach((sample) => {
    it(`${show(sample.layer as Spec)} of [${sample.input.shape.join(', ')}]`, async () => {
      const layer = build(sample.layer as Spec).eval();
      const state = Object.entries(sample.state as Record<string, Listed>).map(([key, value]) => [key, listed(value)]);
      layer.loadStateDict(Object.fromEntries(state) as Record<string, Tensor>);
      const input = listed(sample.input);
      input.requiresGrad = true;
      const output = layer.forward(input);
      expect(output.shape).toEqual(sample.output.shape);
      output
        .mul(listed({ shape: sample.output.shape, values: sample.upstream }))
        .sum()
        .backward();
      expectClose(await output.data(), sample.output.values, 1e-5);
      expectClose(await input.grad!.data(), sample.gradient, 1e-4);
      const wanted = Object.entries(sample.gradients as Record<string, number[]>);
      const found = new Map(layer.namedParameters().map(([path, parameter]) => [camel(path), parameter]));
      expect([...found.keys()]).toEqual(wanted.map(([key]) => camel(key)));
      for (const [key, values] of wanted) expectClose(await found.get(camel(key))!.grad!.data(), values, 1e-4);
    });
  });
});

it('every layer that is exported has a case', () => {
  const exported = Object.values(layers).filter((value) => typeof value === 'function');
  const built = new Set(
    fixtures.cases.flatMap(({ layer }) => modules(build(layer as Spec)).map((part) => part.constructor)),
  );
  expect(exported.filter((layer) => !built.has(layer))).toEqual([]);
  expect(exported.length).toBeGreaterThanOrEqual(11);
});

it('PyTorch 2.13 made the values', () => expect(fixtures.torch).toBe('2.13.0'));
