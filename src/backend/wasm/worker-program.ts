/** Words of the control block, by which threads agree on what is done. From `module` on they stand while a job is open. */
export const words = {
  /** The number of the job, and in the low bits how many of its chunks nobody has taken yet. */
  open: 0,
  /** Chunks done, and whether one of them failed. */
  done: 1,
  failed: 2,
  /** Threads that sleep, threads that have started, and how many may work: those with numbers from there on may not. */
  asleep: 3,
  ready: 4,
  threads: 5,
  /** Where the list of modules is: pairs of address and length of their bytes. */
  modules: 6,
  /** Of the job: module, function, arguments, units and chunks. */
  module: 7,
  fn: 8,
  args: 9,
  units: 10,
  chunks: 11,
} as const;

/** How many low bits of `open` count chunks. */
export const chunkBits = 8;

/**
 * After so many looks in vain a thread goes to sleep: some 200 us, since waking it takes 10, and a small model may take 100 from
 * its last kernel of one step to the first of the next.
 */
const looks = 50_000;

/**
 * What a thread does, told where: it takes chunks of whatever job is open. What it reads of a job is right if the number of
 * the job is the same when it takes a chunk, since a job stays as it is until all its chunks are done. It compiles modules by
 * itself, from their bytes in the shared memory, so it waits for no message. As text, since a bundler would rewrite a function.
 */
const work = `
function work({ memory, control, thread }) {
  const words = new Int32Array(memory.buffer, control, ${Object.keys(words).length});
  const ints = new Int32Array(memory.buffer);
  const loaded = [];
  function load(id) {
    const entry = words[${words.modules}] / 4 + 2 * id;
    const bytes = new Uint8Array(memory.buffer, ints[entry] >>> 0, ints[entry + 1]).slice();
    return (loaded[id] = new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { memory } }).exports);
  }
  function take(open) {
    const [id, fn, args, units, chunks] = [words[${words.module}], words[${words.fn}], words[${words.args}], words[${words.units}], words[${words.chunks}]];
    if (Atomics.compareExchange(words, ${words.open}, open, open - 1) !== open) return;
    const chunk = (open & ${2 ** chunkBits - 1}) - 1;
    try {
      const call = (loaded[id] || load(id))[fn];
      call(args, Math.floor((chunk * units) / chunks), Math.floor(((chunk + 1) * units) / chunks), thread);
    } catch {
      Atomics.store(words, ${words.failed}, 1);
    }
    Atomics.add(words, ${words.done}, 1);
  }
  Atomics.add(words, ${words.ready}, 1);
  for (let idle = 0; ; idle++) {
    const open = Atomics.load(words, ${words.open});
    if ((open & ${2 ** chunkBits - 1}) > 0 && Atomics.load(words, ${words.threads}) > thread) {
      take(open);
      idle = 0;
    } else if (idle > ${looks}) {
      Atomics.add(words, ${words.asleep}, 1);
      Atomics.wait(words, ${words.open}, open);
      Atomics.sub(words, ${words.asleep}, 1);
      idle = 0;
    }
  }
}
`;

/** What a thread runs in Node, and what it runs in a browser. */
export const nodeProgram = `${work}work(require('node:worker_threads').workerData);`;
export const webProgram = `${work}onmessage = ({ data }) => work(data);`;
