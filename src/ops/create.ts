import type { ComputeType } from '../core/dtype';
import { nextKey } from '../core/random';
import { add, cast, index, input, mul } from '../expr/build';
import { normal, uniform } from '../expr/random';
import { numberOf, type Node } from '../graph/node';
import { scalarNode } from '../graph/recorder';
import { expand } from './broadcast';
import { alias } from './custom';
import { generate, mapSpec } from './map';
import { cast as castTo, eq } from './elementwise';
import { reshape } from './reshape';

/** Every element `value`: one number and a view, no memory of its own. Of bools, all but 0 are 1. */
export function full(value: number, dims: readonly number[], dtype: ComputeType = 'float32'): Node {
  const scalar = scalarNode(dtype === 'bool' ? Number(value !== 0) : value, dtype);
  return dims.length === 0 ? alias(scalar) : expand(scalar, dims); // a bare number is no value that can be read
}

const floatRange = mapSpec(
  'arange',
  ['float32', 'float32'],
  add(mul(cast(index, 'float32'), input(1, 'float32')), input(0, 'float32')),
);
const intRange = mapSpec('arange', ['int32', 'int32'], add(mul(index, input(1, 'int32')), input(0, 'int32')));

/** start + i * step for i below `count`. */
export function arange(start: Node, step: Node, count: number): Node {
  return generate(start.dtype === 'int32' ? intRange : floatRange, [start, step], [count]);
}

/** An n by m matrix with ones on the diagonal. */
export function eye(n: number, m: number): Node {
  const [one, zero] = [scalarNode(1, 'int32'), scalarNode(0, 'int32')];
  return castTo(eq(reshape(arange(zero, one, n), [n, 1]), arange(zero, one, m)), 'float32');
}

const draws = {
  uniform: mapSpec('rand', ['int32', 'int32', 'int32'], uniform),
  normal: mapSpec('randn', ['int32', 'int32', 'int32'], normal),
};

/** The leaves of the seed's two words: one pair for all draws until the seed changes. */
let seed: readonly [low: Node, high: Node] | null = null;

function seedNodes(low: number, high: number): readonly [Node, Node] {
  if (seed === null || numberOf(seed[0]) !== low || numberOf(seed[1]) !== high)
    seed = [scalarNode(low, 'int32'), scalarNode(high, 'int32')];
  return seed;
}

/** Independent draws: uniform on [0, 1), or standard normal. Takes the next number of the global random stream. */
export function random(kind: keyof typeof draws, dims: readonly number[]): Node {
  const { low, high, stream } = nextKey();
  return generate(draws[kind], [...seedNodes(low, high), scalarNode(stream, 'int32')], dims);
}
