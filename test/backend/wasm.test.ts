import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createReferenceBackend } from '../../src/backend/reference';
import { createWasmBackend, isWasmSupported } from '../../src/backend/wasm';
import { input, mul } from '../../src/expr/build';
import { normal, uniform } from '../../src/expr/random';
import { contiguous } from '../../src/kernels/views';
import { kinds, runOn, type Sample } from './random-kernels';

const wasm = createWasmBackend();
const reference = createReferenceBackend({ precision: 'float32' });

it('runs here', () => expect(isWasmSupported()).toBe(true));

describe('any kernel gives the bits that the reference gives', () => {
  for (const [kind, samples] of Object.entries(kinds))
    it(kind, () => {
      const agree = (sample: Sample): void => expect(same(runOn(wasm, sample))).toEqual(same(runOn(reference, sample)));
      fc.assert(
        fc.property(samples, (sample) => void agree(sample)),
        { seed: 1, numRuns: 400 },
      );
    });
});

/** -0 and 0 are told apart where a kernel computes them; sums may begin with either. */
const same = (values: number[]): number[] => values.map((x) => (x === 0 ? 0 : x));

it('random numbers have the same bits', () => {
  for (const expr of [uniform, normal]) {
    const view = (buffer: number) => ({ ...contiguous(buffer, 'int32', [1]), dims: [4099], strides: [0] });
    const sample: Sample = {
      kernel: { kind: 'map', dims: [4099], inputs: [view(0), view(1), view(2)], expr },
      buffers: [7, 11, 3].map((value) => ({ dtype: 'int32', values: [value] })),
    };
    expect(runOn(wasm, sample)).toEqual(runOn(reference, sample));
  }
});

describe('a large value is handed out whole', () => {
  const size = 20_000;
  const kernel = { kind: 'map', dims: [size], expr: mul(input(0, 'int32'), 3) } as const;
  const sample: Sample = {
    kernel: { ...kernel, inputs: [contiguous(0, 'int32', [size])] },
    buffers: [{ dtype: 'int32', values: Array.from({ length: size }, (_, i) => i) }],
  };
  const wanted = Array.from({ length: size }, (_, i) => 3 * i);

  it('from memory that is not zeroed', () => {
    for (let i = 0; i < 3; i++) expect(runOn(wasm, sample)).toEqual(wanted);
  });
  it('where the host has none', () => {
    vi.stubGlobal('Buffer', undefined);
    try {
      expect([...runOn(wasm, sample)]).toEqual(wanted);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
