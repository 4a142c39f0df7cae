import { Conv2d, device, manualSeed, randn } from '../../../src';
import type { Program } from '../../../src/backend/backend';
import { runKernel } from '../../../src/backend/reference/kernels';
import { product } from '../../../src/core/shape';
import type { MatmulKernel } from '../../../src/kernels/kernels';
import { backendOf } from '../../../src/plan';

/** A product as the library asks a backend for it, with numbers for its factors, and what comes out on the CPU. */
export interface Product {
  readonly kernel: MatmulKernel;
  readonly factors: readonly Float32Array[];
  readonly values: Float32Array;
}

/** What is computed: one product each. */
const kinds: Readonly<Record<string, () => unknown>> = {
  'A B': () =>
    randn([256, 256])
      .matmul(randn([256, 256]))
      .data(),
  'A Bᵀ': () =>
    randn([256, 256])
      .matmul(randn([256, 256]).transpose())
      .data(),
  'Aᵀ B': () =>
    randn([256, 256])
      .transpose()
      .matmul(randn([256, 256]))
      .data(),
  convolution: () => new Conv2d(8, 16, 3, { padding: 1, bias: false }).forward(randn([16, 8, 16, 16])).data(),
};
export const kindNames: readonly string[] = Object.keys(kinds);

/** Records what the reference backend is given while the program runs there. */
export async function productOf(kind: string): Promise<Product> {
  await device('reference');
  const backend = backendOf('reference');
  const { compile } = backend;
  const programs: Program[] = [];
  Object.assign(backend, { compile: (program: Program) => (programs.push(program), compile(program)) });
  try {
    manualSeed(1);
    await kinds[kind]();
  } finally {
    Object.assign(backend, { compile });
  }
  return computed(programs);
}

const numbers = async (size: number) => (await randn([size]).data()) as Float32Array;

async function computed(programs: readonly Program[]): Promise<Product> {
  const all = programs.flatMap(({ steps, buffers }) => steps.map(({ kernel }) => ({ kernel, buffers })));
  const { kernel, buffers } = all.find((step) => step.kernel.kind === 'matmul')! as { kernel: MatmulKernel; buffers: Program['buffers'] }; // prettier-ignore
  const factors = await Promise.all(kernel.inputs.map(({ buffer }) => numbers(buffers[buffer].size)));
  const values = new Float32Array(product(kernel.dims));
  const read = ({ buffer }: { readonly buffer: number }) =>
    factors[kernel.inputs.findIndex((view) => view.buffer === buffer)];
  runKernel(kernel, { out: values, read, round: Math.fround, name: 'product' });
  return { kernel, factors, values };
}
