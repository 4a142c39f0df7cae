import { describe, expect, it } from 'vitest';
import * as library from 'decograd';
import type { Node } from '../../src/graph/node';
import { allPrimitives, elementwiseTable } from '../../src/ops';
import * as creators from '../../src/tensor/creation';
import * as functions from '../../src/tensor/functions';
import { behind } from './behind';
import { allSamples, argumentsOf, call, callMethod, functionOf, leaf, tensorsOf, title, type Sample } from './fixtures';
import { aliases, methods, operations, publicCreators } from './operations';

const casesOf = (op: string) => allSamples.filter((sample) => sample.op === op);
const shapesOf = (sample: Sample) => tensorsOf(sample).map(({ shape }) => shape);

describe('every operation has cases', () => {
  it('there are operations, as methods, functions and creators', () => {
    expect(methods.length).toBeGreaterThan(60);
    expect(Object.keys(functions).length).toBeGreaterThan(60);
    expect(publicCreators.length).toBeGreaterThan(8);
  });

  it.each(operations)('%s: three shapes or more', (op) => {
    const wanted = (sample: Sample) => (op in creators ? sample.args : shapesOf(sample));
    expect(new Set(casesOf(op).map((sample) => JSON.stringify(wanted(sample)))).size).toBeGreaterThanOrEqual(3);
  });

  it.each(operations.filter((op) => !(op in creators)))('%s: size 1, size 0, views', (op) => {
    const sizes = casesOf(op).flatMap((sample) => shapesOf(sample).map((shape) => shape.reduce((a, b) => a * b, 1)));
    const views = casesOf(op).filter((sample) => tensorsOf(sample).some((x) => x.views));
    expect(sizes).toContain(1);
    expect(sizes).toContain(0);
    expect(views.length).toBeGreaterThan(0);
  });

  const broadcasting = operations.filter((op) => new RegExp(`^(${twoOperands().join('|')}|where|matmul)$`).test(op));
  it.each(broadcasting)('%s: operands that are broadcast', (op) => {
    const unequal = casesOf(op).filter((sample) => new Set(shapesOf(sample).map(String)).size > 1);
    expect(unequal.length).toBeGreaterThan(2);
  });

  it('every case is of an operation that there is', () => {
    expect([...new Set(allSamples.map(({ op }) => op))].filter((op) => !operations.includes(op))).toEqual([]);
  });
});

describe('the tables behind the operations', () => {
  const used = new Map<string, Set<string>>(); // name in the table, or of the primitive: the dtypes it was asked for
  for (const sample of allSamples)
    for (const [name, types] of behind(recorded(sample)))
      used.set(name, new Set([...(used.get(name) ?? []), ...types]));

  it.each(Object.keys(elementwiseTable))('%s of the elementwise table is reached', (name) => {
    expect([...used.keys()]).toContain(name);
  });

  it.each(Object.entries(elementwiseTable).filter(([name]) => !floatOnly.includes(name)))('%s takes int32', (name) => {
    expect([...used.get(name)!]).toContain('int32');
  });

  const names = allPrimitives().map(({ name }) => name);
  it.each(names.filter((name) => !(name in internal)))('primitive %s is reached', (name) => {
    expect([...used.keys()]).toContain(name);
  });

  it.each(Object.keys(internal))('primitive %s is there, and no public operation records it', (name) => {
    expect(names).toContain(name);
    expect([...used.keys()]).not.toContain(name);
  });
});

describe('functions and methods', () => {
  it.each(Object.keys(functions))('the function %s is exported from the root', (name) => {
    expect((library as unknown as Record<string, unknown>)[name]).toBe(functionOf(name));
  });

  it.each(Object.entries(aliases))('%s is %s', (alias, name) => expect(functionOf(alias)).toBe(functionOf(name)));

  const both = methods.filter((name) => functionOf(name));
  it.each(both)('%s: the method gives what the function gives', (op) => {
    for (const sample of casesOf(op).filter(takesTensorFirst)) {
      const args = argumentsOf(sample, tensorsOf(sample).map(leaf));
      const [a, b] = [call(op, args), callMethod(op, args)];
      expect([b.shape, b.dtype, b.dataSync()], title(sample)).toEqual([a.shape, a.dtype, a.dataSync()]);
    }
  });

  it('only these are methods alone, and functions alone', () => {
    const functionNames = Object.keys(functions).map((name) => aliases[name] ?? name);
    expect(methods.filter((name) => !functionNames.includes(name))).toEqual(['float', 'int', 'bool', 'detach', 'to']);
    expect(new Set(functionNames.filter((name) => !methods.includes(name)))).toEqual(
      new Set(['concatenate', 'stack', 'embedding']),
    );
  });
});

/** Primitives that only the library itself records, and where they are tested. */
const internal = { total: 'total.test.ts' };

const floatOnly = ['silu', 'gelu', 'geluTanh', 'rootOfVariance', 'floor', 'ceil', 'round', 'logicalAnd', 'logicalOr', 'logicalNot']; // prettier-ignore

function twoOperands(): string[] {
  return Object.entries(elementwiseTable)
    .filter(([, { forward }]) => forward.length === 2)
    .map(([name]) => name);
}

/** The node of the case's result before it is computed, with the gradients' own nodes out of the way. */
function recorded(sample: Sample): Node {
  return call(sample.op, argumentsOf(sample, tensorsOf(sample).map(leaf))).node;
}

/** `sub(2, x)` has no method form. */
function takesTensorFirst({ op, args }: Sample): boolean {
  return typeof args[op === 'where' ? 1 : 0] !== 'number';
}
