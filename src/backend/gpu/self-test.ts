import { DeviceError, FaultyDeviceError } from '../../core/errors';
import { add, input, mul } from '../../expr/build';
import type { Cell } from '../../graph/node';
import { contiguous } from '../../kernels/views';
import type { Backend, Program } from '../backend';

const view = contiguous(0, 'float32', [3]);
const expr = add(mul(input(0, 'float32'), input(0, 'float32')), 0.5);
const buffer = { dtype: 'float32', size: 3 } as const;

/** x * x + 0.5 of three numbers. */
const program: Program = {
  buffers: [
    { ...buffer, offset: 0 },
    { ...buffer, offset: 64 },
  ],
  arenaBytes: 128,
  inputs: [0],
  scalars: [],
  steps: [{ kernel: { kind: 'map', dims: [3], inputs: [view], expr }, outputs: [1], name: 'self-test' }],
  outputs: [{ buffer: 1, resident: false }],
};

/** @throws FaultyDeviceError unless a small kernel gives the right numbers */
export async function selfTest(backend: Backend): Promise<void> {
  const numbers = await computed(backend).catch((error: unknown) => {
    throw error instanceof DeviceError ? new FaultyDeviceError(error.message) : error;
  });
  if (numbers.join() !== '4.5,0.5,9.5')
    throw new FaultyDeviceError(
      `${backend.name} computes wrong: -2, 0 and 3 squared plus 0.5 came out as ${numbers.join(', ')}`,
    );
}

async function computed(backend: Backend): Promise<number[]> {
  const output: Cell = { data: null, resident: null };
  backend.compile(program).run([{ data: Float32Array.of(-2, 0, 3), resident: null }], [], [output]);
  return [...(output.data ?? (await output.resident!.readLater!()))];
}
