import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as one from 'decograd';

// A program may load the library twice, as ESM and as CommonJS say: declarations, brands and names are shared.
let other: typeof one;
beforeAll(async () => {
  vi.resetModules();
  other = await import('decograd');
});
afterAll(() => vi.resetModules());

describe('two copies of the library', () => {
  it('are two', () => {
    expect(other.Module).not.toBe(one.Module);
    expect(other.Parameter).not.toBe(one.Parameter);
  });

  it('know each other’s modules, parameters and buffers', () => {
    const layer = new other.Linear(2, 3);
    expect(one.isModule(layer)).toBe(true);
    expect(one.isParameter(layer.weight)).toBe(true);
    expect(one.isTensor(other.ones([2]))).toBe(true);
    expect(one.namedParameters(layer).map(([path]) => path)).toEqual(['weight', 'bias']);
    expect(one.inventory(layer).totals.parameters).toBe(9);
    expect(String(one.inventory(layer))).toBe(String(other.inventory(layer)));
  });

  it('may decorate one class with both', () => {
    @one.module
    class Mixed extends one.Module {
      @other.param([2]) w!: one.Parameter;
      @one.buffer([3]) b!: one.Buffer;
      child = new other.Linear(1, 1);
    }
    const mixed = new Mixed();
    expect(other.namedParameters(mixed).map(([path]) => path)).toEqual(['w', 'child.weight', 'child.bias']);
    expect(mixed.namedBuffers().map(([path]) => path)).toEqual(['b']);
  });

  it('may build on each other’s classes', () => {
    @one.module
    class Base extends one.Module {
      @one.param([2]) w!: one.Parameter;
    }
    @other.module
    class Derived extends Base {
      @other.param([3]) more!: one.Parameter;
    }
    expect(one.namedParameters(new Derived()).map(([path]) => path)).toEqual(['w', 'more']);
    expect(one.namedParameters(new Base()).map(([path]) => path)).toEqual(['w']);
  });

  it('share training mode and hooks', () => {
    const layer = new other.Linear(2, 2);
    one.setTraining(layer, false);
    expect(layer.training).toBe(false);
    const calls: unknown[] = [];
    one.registerForwardHook(layer, (_, args) => void calls.push(args.length));
    layer.forward(other.ones([1, 2]));
    expect(calls).toEqual([1]);
  });

  it('refuse each other’s tensors as operands, whose values they cannot read', () => {
    const layer = new other.Linear(2, 3);
    for (const mix of [
      () => layer.forward(one.ones([1, 2])),
      () => one.mul(layer.weight, 2),
      () => one.tensor([1]).add(other.tensor([1])),
      () => new one.Parameter(other.ones([1]).mul(2)),
    ]) {
      expect(mix).toThrow(/another copy of decograd.*load the library once/s);
    }
  });

  it('refuse a class without @module in the same way', () => {
    class Forgotten extends other.Module {
      @one.param([2]) w!: one.Parameter;
    }
    expect(() => new Forgotten()).toThrow(/Forgotten\.w is declared by a decorator, but class Forgotten lacks @module/);
  });
});
