import { GPU } from 'gpu.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backendNames } from '../../src/plan';
import { DeviceError, IndexError } from '../../src/core/errors';
import type { Backend, Program } from '../../src/backend/backend';
import { createGpuBackend, type Mode } from '../../src/backend/gpu';
import { openDevice } from '../../src/backend/gpu/modes/device';
import { checkMode } from '../../src/backend/gpu/modes/gpu-js';
import { LaunchCache, wanted } from '../../src/backend/gpu/launch-cache';
import { createReferenceBackend } from '../../src/backend/reference';
import { add, input, mul } from '../../src/expr/build';
import type { Cell } from '../../src/graph/node';
import { kernelType, type PlainKernel, type View } from '../../src/kernels/kernels';
import { contiguous } from '../../src/kernels/views';

const reference = createReferenceBackend({ precision: 'float32' });
const x = input(0, 'float32');
const cell = (data: Cell['data']): Cell => ({ data, resident: null });
const product = (sizes: readonly number[]) => sizes.reduce((n, size) => n * size, 1);

/** The kernels one after the other; `inputs` are the first buffers, each kernel writes the next. */
function programOf(
  inputs: readonly NonNullable<Cell['data']>[],
  kernels: readonly PlainKernel[],
  outputs: readonly number[],
) {
  const types = inputs.map((d) => (d instanceof Int32Array ? 'int32' : d instanceof Uint8Array ? 'bool' : 'float32'));
  const program: Program = {
    buffers: [
      ...inputs.map((data, i) => ({ dtype: types[i] as 'float32', size: data.length, offset: 0 })),
      ...kernels.map((kernel) => ({ dtype: kernelType(kernel), size: product(kernel.dims), offset: 0 })),
    ],
    arenaBytes: 0,
    inputs: inputs.map((_, i) => i),
    scalars: [],
    steps: kernels.map((kernel, i) => ({ kernel, outputs: [inputs.length + i], name: `step ${i}` })),
    outputs: outputs.map((buffer) => ({ buffer, resident: false })),
  };
  return program;
}

function run<B extends Backend>(backend: B, program: Program, inputs: readonly Cell['data'][], scalars: number[] = []) {
  const executable = backend.compile(program) as ReturnType<B['compile']>;
  const outputs = program.outputs.map(() => cell(null));
  executable.run(inputs.map(cell), scalars, outputs);
  return { executable, data: outputs.map((output) => output.data!) };
}

const map = (view: View, expr = x): PlainKernel => ({ kind: 'map', dims: view.dims, inputs: [view], expr });

describe.each<Mode>(['cpu', 'webasm'])('gpu:%s', async (mode) => {
  const gpu = await createGpuBackend(mode, reference);

  it('is a device that can be asked for', () => {
    expect(backendNames).toContain(`gpu:${mode}`);
    expect(gpu.name).toBe(`gpu:${mode}`);
  });

  it('tells for every step where it ran', () => {
    const data = Float32Array.of(1, 2, 3);
    const [whole, none] = [contiguous(0, 'float32', [3]), { ...contiguous(0, 'float32', [3]), dims: [0] }];
    const ran = run(gpu, programOf([data], [map(whole), map(none)], [1, 2]), [data]);
    expect(ran.executable.ranOn).toEqual([`gpu:${mode}`, null]);
    expect(ran.data).toEqual([data, new Float32Array(0)]);
    expect(gpu.fallbacks).toEqual([]);
  });

  it('answers at once, with arrays that share no memory', () => {
    const data = Float32Array.of(1, 2, 3);
    const program = programOf([data], [map(contiguous(0, 'float32', [3]), mul(x, 2))], [0, 1, 1]);
    const [own, first, second] = run(gpu, program, [data]).data;
    expect([own, first, second]).toEqual([data, Float32Array.of(2, 4, 6), Float32Array.of(2, 4, 6)]);
    expect(new Set([data.buffer, own.buffer, first.buffer, second.buffer]).size).toBe(4);
  });

  it('binds numbers when it runs, and every int32 is exact', () => {
    const scalar = { ...contiguous(0, 'int32', []), dims: [2], strides: [0] };
    const kernel = { kind: 'map', dims: [2], inputs: [scalar], expr: add(input(0, 'int32'), 1) } as const;
    const program: Program = { ...programOf([Int32Array.of(0)], [kernel], [1]), inputs: [], scalars: [0] };
    for (const n of [5, 2 ** 24, 123456789, 2 ** 31 - 1, -(2 ** 31)])
      expect(run(gpu, program, [], [n]).data).toEqual([Int32Array.of(n + 1, n + 1)]);
  });

  it('sums of many numbers lose no accuracy', () => {
    const data = Float32Array.from({ length: 300_007 }, (_, i) => Math.sin(i) + 0.3);
    const kernel = { kind: 'reduce', fold: 'sum', dims: [], over: [data.length] } as const;
    const whole = { ...kernel, inputs: [contiguous(0, 'float32', [data.length])], expr: x };
    const exact = data.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(run(gpu, programOf([data], [whole], [1]), [data]).data[0][0] / exact - 1)).toBeLessThan(2e-7);
  });

  it('an index out of range is named before the kernel runs', () => {
    const [source, update] = [new Float32Array(3), new Float32Array(2)];
    const views = [contiguous(0, 'float32', [3]), contiguous(1, 'int32', [2]), contiguous(2, 'float32', [2])] as const;
    const gather: PlainKernel = { kind: 'gather', dims: [2], axis: 0, inputs: [views[0], views[1]] };
    const scatterAdd: PlainKernel = { kind: 'scatterAdd', dims: [3], axis: 0, inputs: views };
    const tried = (kernel: PlainKernel, index: Int32Array) => () =>
      run(gpu, programOf([source, index, update], [kernel], [3]), [source, index, update]);
    for (const kernel of [gather, scatterAdd]) {
      expect(tried(kernel, Int32Array.of(0, 3))).toThrow(IndexError);
      expect(tried(kernel, Int32Array.of(0, 3))).toThrow('step 0: index 3 is out of range; allowed are 0 to 2');
      expect(tried(kernel, Int32Array.of(-1, 7))).toThrow('index -1');
    }
  });

  it('a failing step fills no output', () => {
    const [source, index] = [Float32Array.of(1), Int32Array.of(4)];
    const gather: PlainKernel = { kind: 'gather', dims: [1], axis: 0, inputs: [contiguous(0, 'float32', [1]), contiguous(1, 'int32', [1])] }; // prettier-ignore
    const program = programOf([source, index], [map(contiguous(0, 'float32', [1])), gather], [2, 3]);
    const outputs = [cell(null), cell(null)];
    expect(() => gpu.compile(program).run([cell(source), cell(index)], [], outputs)).toThrow(IndexError);
    expect(outputs.map((o) => o.data)).toEqual([null, null]);
  });

  it('compiles a kernel once for each shape, wherever its views begin, and forgets what is used least', async () => {
    const device = await openDevice(mode);
    const compile = vi.spyOn(device, 'compile');
    const cache = new LaunchCache(device);
    const from = (offset: number, size: number) => map({ ...contiguous(0, 'float32', [size]), offset });
    const find = (kernel: PlainKernel, name: string) => cache.find([wanted(kernel, name)])[0];
    const first = find(from(0, 2), 'first');
    expect(first.run([Float32Array.of(1, 2, 3)], [0], [])).toEqual(Float32Array.of(1, 2));
    expect(find(from(1, 2), 'again')).toBe(first);
    expect(first.run([Float32Array.of(1, 2, 3)], [1], [])).toEqual(Float32Array.of(2, 3));
    expect(first.run([Float32Array.of(1, 2, 3, 4, 5)], [3], [])).toEqual(Float32Array.of(4, 5)); // a longer buffer
    expect(compile).toHaveBeenCalledTimes(1);
    for (let size = 3; size < 600; size++) find(from(0, size), 'other');
    expect(cache.size).toBe(512);
    expect(find(from(0, 2), 'once more')).not.toBe(first);
  });
});

describe('a kernel that a mode cannot run', () => {
  const far = { buffer: 0, dtype: 'float32', dims: [2], strides: [2 ** 24], offset: 0 } as const;
  const buffer = new Float32Array(2 ** 24 + 1);
  buffer.set([3, 5]);
  buffer[2 ** 24] = 4;
  const program = programOf([buffer], [map(far), map({ ...far, buffer: 1, strides: [1] })], [2]);

  it('runs on the other backend in webasm mode, and is listed with the reason', async () => {
    const gpu = await createGpuBackend('webasm', reference);
    for (const _ of [1, 2]) {
      const { data, executable } = run(gpu, program, [buffer]);
      expect(data).toEqual([Float32Array.of(3, 4)]);
      expect(executable.ranOn).toEqual(['reference', 'gpu:webasm']);
    }
    expect(gpu.fallbacks).toEqual([
      {
        kernel: 'map',
        name: 'step 0',
        ranOn: 'reference',
        reason: 'it reaches position 16777216, and 16777215 is the last that float32 numbers exactly',
      },
    ]);
  });

  it('runs in cpu mode, which computes positions in double precision', async () => {
    const gpu = await createGpuBackend('cpu', reference);
    const { data, executable } = run(gpu, program, [buffer]);
    expect(data).toEqual([Float32Array.of(3, 4)]);
    expect(executable.ranOn).toEqual(['gpu:cpu', 'gpu:cpu']);
    expect(gpu.fallbacks).toEqual([]);
  });

  it.each<[string, PlainKernel]>([
    ['elements', map({ ...far, dims: [2 ** 24 + 1], strides: [0] })],
    ['the position of an extreme', { kind: 'reduce', fold: 'argmax', dims: [], over: [2 ** 24 + 1], inputs: [{ ...far, dims: [2 ** 24 + 1], strides: [0] }], expr: x }], // prettier-ignore
  ])('%s count too', async (_, kernel) => {
    const { reasonAgainst } = await import('../../src/backend/gpu/limits');
    expect(reasonAgainst(kernel, 'webasm')).toContain('16777216');
    expect(reasonAgainst(kernel, 'cpu')).toBeNull();
  });
});

describe('a mode that gpu.js left by itself', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('is an error', () => {
    vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const gpu = new GPU({ mode: 'webasm' });
    const twice = 'function twice(a) { return 2 * a; }';
    const root = 'function (a) { return twice(a[this.thread.x]); }';
    // webasm cannot run kernel maps: gpu.js warns and goes on in cpu mode
    const kernel = gpu.createKernelMap({ twice: twice as never }, root as never, { output: [1] }) as never;
    (kernel as (a: number[]) => unknown)([1]);
    expect(() => checkMode(kernel, 'webasm', 'the sum')).toThrow(DeviceError);
    expect(() => checkMode(kernel, 'webasm', 'the sum')).toThrow("gpu:webasm: the sum ran in mode 'cpu': kernel maps");
  });
});
