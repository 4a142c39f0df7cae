import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend, Program } from '../../src/backend/backend';
import { narrowed } from '../../src/backend/gpu/narrow';
import { spread } from '../../src/backend/gpu/spread';
import type { PlainStep } from '../../src/backend/plain-steps';
import { createReferenceBackend } from '../../src/backend/reference';
import type { ComputeType } from '../../src/core/dtype';
import { product } from '../../src/core/shape';
import { add, input, max, mul } from '../../src/expr/build';
import type { Expr } from '../../src/expr/expr';
import type { Cell } from '../../src/graph/node';
import { kernelType, type PlainKernel, type View } from '../../src/kernels/kernels';
import { contiguous } from '../../src/kernels/views';

const reference: Backend = createReferenceBackend({ precision: 'float64' });

interface Buffer {
  readonly dtype: ComputeType;
  readonly size: number;
}

/** Runs steps that write the buffer after the inputs last; `more` are buffers in between. */
function run(steps: readonly PlainStep[], inputs: readonly Float32Array[], more: readonly Buffer[], output: Buffer) {
  const given = inputs.map(({ length }): Buffer => ({ dtype: 'float32', size: length }));
  const program: Program = {
    buffers: [...given, output, ...more].map((buffer) => ({ ...buffer, offset: 0 })),
    arenaBytes: 0,
    inputs: inputs.map((_, i) => i),
    scalars: [],
    steps: steps.map(({ kernel, output: to, name }) => ({ kernel, outputs: [to], name })),
    outputs: [{ buffer: inputs.length, resident: false }],
  };
  const cell: Cell = { data: null, resident: null };
  reference.compile(program).run(inputs.map((data) => ({ data, resident: null })), [], [cell]); // prettier-ignore
  return [...cell.data!];
}

/** The values of a kernel as it is, and of the steps that `change` makes of it. */
function both(
  kernel: PlainKernel,
  inputs: readonly Float32Array[],
  change: (step: PlainStep, add: (dtype: ComputeType, size: number) => number) => PlainStep[],
) {
  const output = { dtype: kernelType(kernel), size: product(kernel.dims) };
  const step: PlainStep = { kernel, output: inputs.length, name: 'it', of: { kernel, outputs: [inputs.length], name: 'it' } }; // prettier-ignore
  const more: Buffer[] = [];
  const steps = change(step, (dtype, size) => inputs.length + more.push({ dtype, size }));
  return { steps, as: run([step], inputs, [], output), changed: run(steps, inputs, more, output) };
}

const values = (size: number, seed = 1): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + seed) * 3); // prettier-ignore
const close = (a: readonly number[], b: readonly number[]): void =>
  a.forEach((x, i) => expect(Math.abs(x - b[i])).toBeLessThan(1e-9 * (1 + Math.abs(x))));

describe('folds of many elements into few results', () => {
  const sizes = (max: number) => fc.array(fc.integer({ min: 1, max }), { minLength: 1, maxLength: 3 });

  it('give the same in two kernels', () => {
    let split = 0;
    const check = (dims: number[], over: number[], isMax: boolean, turn: boolean): void => {
      const whole = [...dims, ...over];
      const view = contiguous(0, 'float32', whole);
      const turned: View = { ...contiguous(0, 'float32', [...whole].reverse()), dims: whole, strides: contiguous(0, 'float32', [...whole].reverse()).strides.slice().reverse() }; // prettier-ignore
      const expr = add(mul(input(0, 'float32'), input(1, 'float32')), 1);
      const kernel: PlainKernel = { kind: 'reduce', fold: isMax ? 'max' : 'sum', dims, over, inputs: [view, turn ? turned : view], expr }; // prettier-ignore
      const { steps, as, changed } = both(kernel, [values(product(whole))], spread);
      split += steps.length - 1;
      close(as, changed);
    };
    const some = fc.property(sizes(3), sizes(15), fc.boolean(), fc.boolean(), check);
    fc.assert(some, { seed: 3, numRuns: 60 });
    check([2], [4096], false, false);
    check([], [10007], false, false); // a prime number cannot be cut into equal parts
    expect(split).toBeGreaterThan(10);
  });

  it('of products too, whatever the factors look through', () => {
    const [m, n, k] = [3, 2, 4096];
    const a: View = { buffer: 0, dtype: 'float32', dims: [m, k], strides: [1, m], offset: 0 };
    const b: View = { buffer: 1, dtype: 'float32', dims: [k, n], strides: [n, 1], offset: 0 };
    const kernel: PlainKernel = { kind: 'matmul', dims: [m, n], rows: 1, columns: 1, inputs: [a, b] };
    const { steps, as, changed } = both(kernel, [values(m * k), values(k * n, 2)], spread);
    expect(steps.map((step) => [step.kernel.kind, step.kernel.dims])).toEqual([['reduce', [3, 2, 64]], ['reduce', [3, 2]]]); // prettier-ignore
    close(as, changed);
  });

  it('are left alone where threads are enough, and where a position is asked for', () => {
    const kernel = (fold: 'sum' | 'argmax', dims: number[], over: number[]): PlainKernel => ({ kind: 'reduce', fold, dims, over, inputs: [contiguous(0, 'float32', [...dims, ...over])], expr: input(0, 'float32') }); // prettier-ignore
    const count = (k: PlainKernel) => both(k, [values(product(k.inputs[0].dims))], spread).steps.length;
    expect(count(kernel('sum', [16384], [32]))).toBe(1);
    expect(count(kernel('sum', [4], [100]))).toBe(1);
    expect(count(kernel('argmax', [1], [8192]))).toBe(1);
  });
});

describe('a kernel that reads more blocks than a device binds', () => {
  const narrow = (most: number) => (step: PlainStep, more: (dtype: ComputeType, size: number) => number) =>
    narrowed(step, { most, isNumber: () => false, add: more });
  const most = (steps: readonly PlainStep[]) => Math.max(...steps.map(({ kernel }) => kernel.inputs.length));

  it('is several, for elementwise expressions and folds of them', () => {
    const views = Array.from({ length: 20 }, (_, k) => contiguous(k, 'float32', [3, 4]));
    const leaf = (k: number): Expr => input(k, 'float32');
    const chain = views.reduce<Expr>((e, _, k) => (k % 3 ? add(e, mul(leaf(k), leaf((k * 7) % 20))) : max(e, leaf(k))), leaf(0)); // prettier-ignore
    const inputs = views.map((_, k) => values(12, k));
    const map: PlainKernel = { kind: 'map', dims: [3, 4], inputs: views, expr: chain };
    const sum: PlainKernel = { kind: 'reduce', fold: 'sum', dims: [3], over: [4], inputs: views, expr: chain };
    for (const kernel of [map, sum])
      for (const limit of [3, 7, 15]) {
        const { steps, as, changed } = both(kernel, inputs, narrow(limit));
        expect(steps.length).toBeGreaterThan(1);
        expect(most(steps)).toBeLessThanOrEqual(limit);
        close(as, changed);
      }
  });

  it('is several, for what is put together of many parts', () => {
    const views = Array.from({ length: 17 }, (_, k) => contiguous(k, 'float32', [2]));
    const parts = views.map((_, k) => ({ start: [2 * k], step: [1] }));
    const kernel: PlainKernel = { kind: 'place', dims: [36], fill: 5, inputs: views, parts };
    const { steps, as, changed } = both(kernel, views.map((_, k) => values(2, k)), narrow(7)); // prettier-ignore
    expect(most(steps)).toBeLessThanOrEqual(7);
    expect(changed).toEqual(as);
  });
});
