import { describe, expect, it } from 'vitest';
import { reasonAgainst } from '../../src/backend/gpu/limits';
import type { Mode } from '../../src/backend/gpu';
import { add, cast, input, truncate } from '../../src/expr/build';
import type { Expr } from '../../src/expr/expr';
import type { PlainKernel } from '../../src/kernels/kernels';
import { contiguous } from '../../src/kernels/views';

const floats = contiguous(0, 'float32', [3]);
const ints = contiguous(0, 'int32', [3]);
const map = (view: typeof floats, expr: Expr): PlainKernel => ({ kind: 'map', dims: [3], inputs: [view], expr }); // prettier-ignore
const withInts: readonly PlainKernel[] = [
  map(ints, add(input(0, 'int32'), 1)),
  map(ints, cast(input(0, 'int32'), 'float32')),
  map(floats, truncate(input(0, 'float32'))),
  map(floats, cast(truncate(input(0, 'float32')), 'float32')),
  { kind: 'gather', dims: [3], axis: 0, inputs: [floats, ints] },
];

describe('int32', () => {
  it('is computed elsewhere where the mode is WebGL 1, wherever it stands in a kernel', () => {
    for (const mode of ['webgl', 'headlessgl'] as const) {
      for (const kernel of withInts) expect(reasonAgainst(kernel, mode)).toContain('int32');
      expect(reasonAgainst(map(floats, add(input(0, 'float32'), 1)), mode)).toBeNull();
    }
  });

  it.each<Mode>(['cpu', 'webasm', 'webgl2', 'webgpu'])('is none of the limits of %s', (mode) => {
    for (const kernel of withInts) expect(reasonAgainst(kernel, mode)).toBeNull();
  });
});
