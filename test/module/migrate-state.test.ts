import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BatchNorm1d,
  Linear,
  loadTorch,
  migrateState,
  Module,
  module,
  noGrad,
  ReLU,
  Sequential,
  StateError,
  tensor,
  ValueError,
  zeros,
  type Tensor,
} from 'decograd';
import fixture from '../fixtures/data-parallel.json';

const dict = { 'fc.weight': 1, 'fc.bias': 2, 'fc.inner.scale': 3, 'other.weight': 4, root: 5 };
const any = (x: unknown): never => x as never;

describe('migrateState', () => {
  it.each([
    ['one path', { root: 'top' }, { 'fc.weight': 1, 'fc.bias': 2, 'fc.inner.scale': 3, 'other.weight': 4, top: 5 }],
    ['all below a path', { 'fc.*': 'head.*' }, { 'head.weight': 1, 'head.bias': 2, 'head.inner.scale': 3, 'other.weight': 4, root: 5 }],
    ['all there are', { '*': 'a.b.*' }, { 'a.b.fc.weight': 1, 'a.b.fc.bias': 2, 'a.b.fc.inner.scale': 3, 'a.b.other.weight': 4, 'a.b.root': 5 }],
    ['a prefix by nothing', { 'fc.*': '*' }, { weight: 1, bias: 2, 'inner.scale': 3, 'other.weight': 4, root: 5 }],
    ['what is dropped', { 'fc.*': null, root: null }, { 'other.weight': 4 }],
    ['everything but', { '*': null, 'fc.inner.*': 'fc.inner.*', 'fc.bias': 'b' }, { b: 2, 'fc.inner.scale': 3 }],
    ['the longest prefix and the path first', { 'fc.*': 'x.*', 'fc.inner.*': 'y.*', 'fc.bias': 'z' }, { 'x.weight': 1, z: 2, 'y.scale': 3, 'other.weight': 4, root: 5 }],
    ['two that change places', { 'fc.weight': 'other.weight', 'other.weight': 'fc.weight' }, { 'other.weight': 1, 'fc.bias': 2, 'fc.inner.scale': 3, 'fc.weight': 4, root: 5 }],
    ['nothing without rules', {}, dict],
  ])('renames %s', (_, rules, wanted) => {
    const migrated = migrateState(dict, rules);
    expect(Object.entries(migrated)).toEqual(Object.entries(wanted));
  }); // prettier-ignore

  it('changes nothing in what it was given, and hands values on', () => {
    const given = { 'a.w': zeros([1]) };
    expect(migrateState(given, { 'a.*': 'b.*' })['b.w']).toBe(given['a.w']);
    expect(Object.keys(given)).toEqual(['a.w']);
  });

  it.each([
    ['a path that is not there', { 'fc.wieght': 'x' }, "the rule 'fc.wieght' matches nothing; did you mean 'fc.weight'?", StateError],
    ['a prefix that is not there', { 'fd.*': 'x.*' }, "the rule 'fd.*' matches nothing; did you mean 'fc.*'?", StateError],
    ['a rule that others leave nothing', { 'other.*': 'x.*', 'other.weight': 'y' }, "the rule 'other.*' matches nothing", StateError],
    ['two paths that become one', { 'fc.weight': 'w', 'other.weight': 'w' }, "'fc.weight' and 'other.weight' would both be 'w'; drop one", StateError],
    ['a path that becomes one that is there', { 'fc.*': 'other.*' }, "'fc.weight' and 'other.weight' would both be 'other.weight'", StateError],
    ['a star inside', { 'f*.weight': 'x' }, "'f*.weight' is no path; a rule is a path, 'fc.weight', or all below one, 'fc.*'", ValueError],
    ['a star behind a name', { 'fc*': 'x*' }, "'fc*' is no path", ValueError],
    ['two stars', { 'fc.**': 'x.**' }, "'fc.**' is no path", ValueError],
    ['an empty name', { 'fc..weight': 'x' }, "'fc..weight' is no path", ValueError],
    ['an empty path', { '': 'x' }, "'' is no path", ValueError],
    ['an empty new path', { root: '' }, "the rule 'root' gives '', which is no path", ValueError],
    ['a prefix by a path', { 'fc.*': 'head' }, "the rule 'fc.*' gives 'head'; let both or none of them end in *", ValueError],
    ['a path by a prefix', { root: 'head.*' }, "the rule 'root' gives 'head.*'", ValueError],
    ['no path at all', { root: any(3) }, "the rule 'root' gives 3; give a path, or null to drop it", ValueError],
    ['rules in a list', any([['a', 'b']]), 'rules are one object of new paths by old ones', ValueError],
    ['no rules', any(undefined), 'rules are one object of new paths by old ones', ValueError],
  ])('refuses %s', (_, rules, message, Kind) => {
    expect(() => migrateState(dict, rules)).toThrow(Kind);
    expect(() => migrateState(dict, rules)).toThrow(message);
  }); // prettier-ignore

  it('with the rules turned round gives back what it was given', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-d]{1,3}(\.[a-d]{1,3}){0,3}$/), { minLength: 1 }), (paths) => {
        const given = Object.fromEntries(paths.map((path, i) => [path, i]));
        const there = migrateState(given, { '*': 'x.y.*' });
        expect(Object.keys(there)).toEqual(paths.map((path) => `x.y.${path}`));
        expect(migrateState(there, { 'x.y.*': '*' })).toEqual(given);
      }),
    ));
});

@module
class Net extends Module {
  fc = new Linear(3, 2);
  norm = new BatchNorm1d(2);
  forward(x: Tensor) {
    return this.norm.forward(this.fc.forward(x));
  }
}
@module
class Renamed extends Module {
  head = new Linear(3, 2);
  norm = new BatchNorm1d(2);
}
const messageOf = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};

describe('loadStateDict', () => {
  it('tells what seems renamed, and how to rename it', () => {
    const saved = new Net().stateDict();
    expect(messageOf(() => new Renamed().loadStateDict(saved))).toBe(
      'loadStateDict: renamed: fc.* -> head.* (2)?; nothing was loaded; ' +
        "migrateState(dict, { 'fc.*': 'head.*' }) renames; pass { strict: false } to load what fits",
    );
    const { 'fc.bias': bias, ...rest } = saved;
    const one = { ...rest, 'head.bias': bias! };
    expect(messageOf(() => new Renamed().loadStateDict(one))).toContain('renamed: fc.weight -> head.weight?; nothing');
    expect(new Renamed().loadStateDict(migrateState(saved, { 'fc.*': 'head.*' }))).toEqual({ missing: [], unexpected: [] }); // prettier-ignore
  });

  it('without strict says nothing of it', () => {
    const { missing, unexpected } = new Renamed().loadStateDict(new Net().stateDict(), { strict: false });
    expect([missing, unexpected]).toEqual([
      ['head.weight', 'head.bias'],
      ['fc.weight', 'fc.bias'],
    ]);
    const saved = { ...new Net().stateDict(), 'norm.weight': zeros([7]) };
    expect(messageOf(() => new Renamed().loadStateDict(saved, { strict: false }))).toBe(
      "loadStateDict: wrong shape: 'norm.weight' is [7], the model's [2]; nothing was loaded",
    );
  });
});

describe("a state dict of PyTorch's DataParallel", () => {
  const bytes = Uint8Array.from(atob(fixture.base64), (letter) => letter.charCodeAt(0));
  const net = () => new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU(), new Linear(4, 2));

  it('differs by one rule, names of buffers in whatever spelling', async () => {
    const saved = await loadTorch(bytes);
    expect(Object.keys(saved)).toEqual(fixture.keys);
    expect(messageOf(() => net().loadStateDict(saved))).toBe(
      'loadStateDict: renamed: module.* -> * (9)?; nothing was loaded; ' +
        "migrateState(dict, { 'module.*': '*' }) renames; pass { strict: false } to load what fits",
    );
  });

  it('computes what PyTorch computes, once it is migrated', async () => {
    const model = net().eval();
    model.loadStateDict(migrateState(await loadTorch(bytes), { 'module.*': '*' }));
    const output = (await noGrad(() => model.forward(tensor(fixture.input))).toArray()) as number[][];
    output.flat().forEach((value, i) => expect(value).toBeCloseTo(fixture.output.flat()[i]!, 5));
  });
});
