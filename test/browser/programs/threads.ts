import { device, Linear, manualSeed, Parameter, randn, setThreads, type Tensor } from '../../../src';
import { EngineMemory } from '../../../src/backend/wasm/memory';
import { Pool } from '../../../src/backend/wasm/pool';
import { threadCount } from '../../../src/backend/wasm/threads';
import { Marks } from '../../backend/shared-function';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Which threads work, what is said about them, and results with one, two and three of them. */
export async function threads(name: string) {
  const said: string[] = [];
  globalThis.console.warn = (text: string) => void said.push(text);
  await device(name);
  const cores = threadCount();
  const seen = await whoWorks();
  const results = [];
  for (const count of [1, 2, 3]) {
    setThreads(count);
    await compute(); // starts the threads
    await sleep(100);
    results.push(await compute());
  }
  return { isolated: globalThis.crossOriginIsolated === true, cores, seen, said, results };
}

/** The numbers of the threads that did a part of a job, of three that may. */
async function whoWorks(): Promise<number[]> {
  setThreads(3);
  const memory = new EngineMemory();
  const [pool, marks] = [new Pool(memory), new Marks(memory)];
  const seen = new Set<number>();
  for (let i = 0; i < 200 && seen.size < pool.threads; i++) {
    const marked = marks.run(pool);
    if (marked.slice(0, 32).includes(0)) throw new Error(`a unit was left out: ${marked.join()}`);
    marked.slice(0, 32).forEach((mark) => seen.add(mark - 1));
    await sleep(2);
  }
  return [...seen].sort();
}

/** What threads share: long loops, sums along each axis, products, and a step's gradients; as a digest of all bits. */
async function compute(): Promise<string> {
  manualSeed(3);
  const x = new Parameter(randn([301, 203]) as Tensor);
  const layer = new Linear(203, 277);
  const h = layer.forward(x).gelu('tanh');
  const loss = h.softmax(1).sum(0).square().mean();
  loss.backward();
  const long = (randn([200_003]) as Tensor).exp().sum();
  const values: Tensor[] = [loss, h, h.sum(0), h.max(1) as Tensor, long];
  values.push(...[x, layer.weight, layer.bias!].map(({ grad }) => grad as Tensor));
  return digest(await Promise.all(values.map((value) => value.data())));
}

async function digest(arrays: readonly ArrayLike<number>[]): Promise<string> {
  const bytes = new Uint8Array(await new Blob(arrays.map((array) => Float32Array.from(array))).arrayBuffer());
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
