import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDifferences, migrateState, stateDifferences, type StateDifferences, type StateEntry } from 'decograd';

type Shapes = Record<string, StateEntry>;
const of = (entries: Record<string, (number | '?')[]>): Shapes =>
  Object.fromEntries(Object.entries(entries).map(([path, shape]) => [path, { shape, dtype: 'float32' }]));
const linear = (...paths: string[]): Record<string, number[]> =>
  Object.fromEntries(paths.flatMap((path, i) => [[`${path}.weight`, [i + 2, 3]], [`${path}.bias`, [i + 2]]])); // prettier-ignore
const pairs = ({ renamed }: StateDifferences) => Object.fromEntries(renamed.map(({ from, to }) => [from, to]));
const between = (saved: Record<string, (number | '?')[]>, own: Record<string, (number | '?')[]>): StateDifferences =>
  stateDifferences(of(saved), of(own));

describe('stateDifferences', () => {
  it('is empty for equal shapes, whatever the order and the dtypes', () => {
    const saved: Shapes = { a: { shape: [2], dtype: 'float32' }, b: { shape: [], dtype: 'int32' } };
    const own: Shapes = { b: { shape: [], dtype: 'int32' }, a: { shape: [2], dtype: 'bool' } };
    expect(stateDifferences(saved, own)).toEqual({ renamed: [], rules: {}, missing: [], unexpected: [], reshaped: [] });
  });

  it('tells renamed, missing, unexpected and reshaped apart', () => {
    const saved = { 'fc.weight': [2, 3], old: [7], same: [1], sized: [4, 4] };
    const own = { 'head.weight': [2, 3], fresh: [8], same: [1], sized: [4, 5] };
    expect(between(saved, own)).toEqual({
      renamed: [{ from: 'fc.weight', to: 'head.weight', likeness: 0.5 }],
      rules: { 'fc.weight': 'head.weight' },
      missing: ['fresh'],
      unexpected: ['old'],
      reshaped: [{ path: 'sized', saved: [4, 4], now: [4, 5] }],
    });
  });

  it('pairs nothing of another dtype or shape, and takes any size for one that is not known', () => {
    expect(stateDifferences(of({ a: [2] }), { b: { shape: [2], dtype: 'int32' } }).renamed).toEqual([]);
    expect(pairs(between({ a: [2, 1] }, { b: [2] }))).toEqual({});
    expect(pairs(between({ 'a.w': [2, 5] }, { 'b.w': [2, '?'] }))).toEqual({ 'a.w': 'b.w' });
    expect(between({ w: [2, 5] }, { w: [2, '?'] }).reshaped).toEqual([]);
  });

  it('pairs the most alike of several', () => {
    const saved = { 'norm1.weight': [4], 'norm1.bias': [4], 'norm2.weight': [4], 'norm2.bias': [4] };
    const own = { 'ln2.bias': [4], 'ln2.weight': [4], 'ln1.bias': [4], 'ln1.weight': [4] };
    expect(pairs(between(saved, own))).toEqual({
      'norm1.weight': 'ln1.weight',
      'norm1.bias': 'ln1.bias',
      'norm2.weight': 'ln2.weight',
      'norm2.bias': 'ln2.bias',
    });
  });

  it('goes by the order where paths are equally alike', () => {
    expect(pairs(between({ 'a.w': [1], 'b.w': [1] }, { 'x.w': [1], 'y.w': [1] }))).toEqual({ 'a.w': 'x.w', 'b.w': 'y.w' }); // prettier-ignore
  });

  it('pairs what is not alike only where nothing else fits', () => {
    expect(pairs(between({ q: [5] }, { zz: [5] }))).toEqual({ q: 'zz' });
    expect(between({ q: [5] }, { zz: [5], mm: [5] })).toMatchObject({ renamed: [], missing: ['zz', 'mm'], unexpected: ['q'] }); // prettier-ignore
  });

  it('takes one prefix in place of another as one rule', () => {
    const names = ['l0.attn', 'l0.mlp', 'l1.attn', 'l1.mlp'];
    const saved = linear(...names.map((name) => `encoder.${name}`), 'head');
    const own = linear(...names.map((name) => `backbone.encoder.${name}`), 'head');
    expect(between(saved, own)).toMatchObject({ rules: { 'encoder.*': 'backbone.encoder.*' }, missing: [], unexpected: [] }); // prettier-ignore
    expect(between(saved, own).renamed).toHaveLength(8);
  });

  it('knows prefixes that came and went altogether', () => {
    const plain = linear('a', 'b.c');
    const wrapped = linear('module.a', 'module.b.c');
    expect(between(wrapped, plain).rules).toEqual({ 'module.*': '*' });
    expect(between(plain, wrapped).rules).toEqual({ '*': 'module.*' });
  });

  it('leaves what has its place, though its prefix is renamed', () => {
    const saved = { ...linear('net.a', 'net.b', 'net.c'), 'net.scale': [9] };
    const own = { ...linear('body.a', 'body.b', 'body.c'), 'net.scale': [9] };
    const { rules } = between(saved, own);
    expect(rules).toEqual({ 'net.*': 'body.*', 'net.scale': 'net.scale' });
    expect(Object.keys(migrateState(of(saved), rules))).toEqual(Object.keys(own));
  });

  it('does not bring by a rule what is left over to a place of the model', () => {
    const saved = { ...linear('net.a', 'net.b'), 'net.x': [9] };
    const own = { ...linear('body.a', 'body.b'), 'body.x': [8] };
    const differences = between(saved, own);
    expect(differences).toMatchObject({ missing: ['body.x'], unexpected: ['net.x'] });
    expect(Object.keys(migrateState(of(saved), differences.rules))).toContain('net.x');
  });

  it('sees a step into another module in each of many layers', () => {
    const layers = Array.from({ length: 40 }, (_, i) => i);
    const saved = Object.fromEntries(layers.map((i) => [`blocks.${i}.fc.weight`, [4, 4]]));
    const own = Object.fromEntries(layers.map((i) => [`blocks.${i}.mlp.fc.weight`, [4, 4]]));
    const wanted = Object.fromEntries(layers.map((i) => [`blocks.${i}.fc.weight`, `blocks.${i}.mlp.fc.weight`]));
    expect(pairs(between(saved, own))).toEqual(wanted);
  });

  it('comes to an end with thousands of paths, alike or not', () => {
    const paths = Array.from({ length: 8000 }, (_, i) => `layers.${i}.weight`);
    const shapes = (prefix: string) => Object.fromEntries(paths.map((path) => [prefix + path, [1]]));
    expect(between(shapes('module.'), shapes('')).rules).toEqual({ 'module.*': '*' });
    const odd = Object.fromEntries(paths.map((_, i) => [`k${i}`, [1]]));
    expect(between(shapes('module.'), odd).missing.length).toBeGreaterThan(0);
  });
});

describe('describeDifferences', () => {
  it('has one text for each kind', () => {
    const saved = { 'fc.weight': [2, 3], 'fc.bias': [2], old: [7], sized: [4] };
    const own = { 'head.weight': [2, 3], 'head.bias': [2], 'x.fresh': [8, 1], sized: [5] };
    expect(describeDifferences(between(saved, own))).toEqual([
      'renamed: fc.* -> head.* (2)?',
      'missing: x.fresh',
      'unexpected: old',
      "wrong shape: 'sized' is [4], the model's [5]",
    ]);
    expect(describeDifferences(between({ a: [1] }, { a: [1] }))).toEqual([]);
  });

  it('counts where there are many', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`layer${i}`, [i]]));
    expect(describeDifferences(between({}, many))).toEqual([
      'missing: layer0, layer1, layer2, layer3, layer4, layer5 and 94 more',
    ]);
  });
});

/** Trees with entries of few forms, and what becomes of their names: each field is renamed or not, wherever it stands. */
const letters = fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 3, maxLength: 8 });
const trees = fc.uniqueArray(fc.array(letters, { minLength: 1, maxLength: 4 }), {
  selector: (names) => names.join('.'),
  minLength: 1,
  maxLength: 12,
});

describe('a random tree', () => {
  const asShapes = (paths: readonly string[][], shapeOf: (i: number) => number[]): Shapes =>
    of(Object.fromEntries(paths.map((names, i) => [names.join('.'), shapeOf(i)])));

  it('with any renamings is found again where shapes tell', () =>
    fc.assert(
      fc.property(trees, trees, (before, after) => {
        const count = Math.min(before.length, after.length);
        const saved = asShapes(before.slice(0, count), (i) => [i + 1]);
        const own = asShapes(after.slice(0, count), (i) => [i + 1]);
        const [from, to] = [Object.keys(saved), Object.keys(own)];
        const moved = from.map((path, i) => [path, to[i]!]).filter(([a, b]) => !(a! in own) && !(b! in saved));
        expect(pairs(stateDifferences(saved, own))).toEqual(Object.fromEntries(moved));
      }),
    ));

  it('with one field renamed is found again by names alone', () =>
    fc.assert(
      fc.property(trees, fc.nat(), (tree, pick) => {
        const names = [...new Set(tree.flat())];
        const old = names[pick % names.length]!;
        const rename = (path: string[]): string[] => path.map((name) => (name === old ? 'zzz' : name));
        const [saved, own] = [asShapes(tree, () => [2]), asShapes(tree.map(rename), () => [2])];
        const changed = tree.filter((path) => path.includes(old));
        // where all of a path changed, nothing but its place tells
        fc.pre(changed.every((path) => path.some((name) => name !== old)) || changed.length === 1);
        expect(pairs(stateDifferences(saved, own))).toEqual(
          Object.fromEntries(changed.map((path) => [path.join('.'), rename(path).join('.')])),
        );
      }),
    ));

  it('is the model, once the rules have migrated it', () =>
    fc.assert(
      fc.property(trees, trees, fc.array(fc.nat(2), { minLength: 12, maxLength: 12 }), (before, after, sizes) => {
        const saved = asShapes(before, (i) => [sizes[i]!]);
        const own = asShapes(after, (i) => [sizes[i]!]);
        const { rules, renamed, missing, reshaped } = stateDifferences(saved, own);
        const migrated = migrateState(saved, rules);
        const left = stateDifferences(migrated, own);
        expect(Object.keys(migrated)).toHaveLength(before.length);
        for (const { from, to } of renamed) expect(migrated[to]).toBe(saved[from]);
        for (const path of Object.keys(saved)) if (path in own) expect(migrated[path]).toBe(saved[path]);
        // what was too little alike may be alike in its new place
        expect([...left.missing, ...left.renamed.map(({ to }) => to)].sort()).toEqual([...missing].sort());
        expect(left.reshaped).toEqual(reshaped);
        if (missing.length === 0) expect([left.renamed, left.rules]).toEqual([[], {}]);
      }),
    ));
});
