import { DeviceError } from '../../core/errors';
import { sayOnce } from '../../core/say-once';
import type { EngineMemory } from './memory';
import { threadHost } from './thread-host';
import { threadCount } from './threads';
import { chunkBits, words } from './worker-program';

/** A function of a module whose bytes the threads can be given. */
export interface SharedFunction {
  readonly module: SharedModule;
  /** Its name among the module's exports. */
  readonly index: number;
  readonly call: (args: number, from: number, to: number, thread: number) => void;
}
/** `id` is given when threads first need it. */
export interface SharedModule {
  readonly bytes: Uint8Array;
  id: number;
}

const mostModules = 8192;
/** How long a thread that took a chunk is waited for before it counts as dead, in milliseconds. */
const patience = 30_000;
const mask = 2 ** chunkBits - 1;

/** Threads that share the work of one function after the other; the caller's thread works along, and can do all alone. */
export class Pool {
  readonly #control: number;
  readonly #table: number;
  #modules = 0;
  #started = 0;
  #job = 0;
  #isBroken = false;

  constructor(private readonly memory: EngineMemory) {
    const size = Object.keys(words).length;
    this.#control = memory.allocate(4 * size, 'what threads share') / 4;
    memory.ints.fill(0, this.#control, this.#control + size);
    this.#table = memory.allocate(8 * mostModules, 'the modules that threads share');
    memory.ints[this.#control + words.modules] = this.#table;
  }

  /** How many threads would share a job now. */
  get threads(): number {
    const wanted = threadCount();
    if (wanted === 1 || this.#isBroken) return 1;
    if (!this.memory.isShared) sayOnce('the CPU engine runs on one thread: the system refused 4 GiB of address space to share'); // prettier-ignore
    return this.memory.isShared ? wanted : 1;
  }

  /** Runs the function over all its units, shared as far as there are threads. */
  share(fn: SharedFunction, args: number, units: number): void {
    const { threads } = this;
    if (threads === 1) fn.call(args, 0, units, 0);
    else this.run(fn, args, units, Math.min(units, 2 * threads));
  }

  /** Runs the function over all its units, in `chunks` parts that threads take as they come. */
  run({ module, index, call }: SharedFunction, args: number, units: number, chunks: number): void {
    const { ints } = this.memory;
    this.#start();
    if (Atomics.load(ints, this.#control + words.ready) === 0 || !this.#publish(module))
      return void call(args, 0, units, 0);
    const at = this.#control;
    ints[at + words.module] = module.id;
    ints[at + words.fn] = index;
    ints[at + words.args] = args;
    ints[at + words.units] = units;
    ints[at + words.chunks] = chunks;
    ints[at + words.done] = 0;
    ints[at + words.failed] = 0;
    this.#job = (this.#job + 1) & (2 ** (31 - chunkBits) - 1);
    Atomics.store(ints, this.#control + words.open, (this.#job << chunkBits) | chunks);
    if (Atomics.load(ints, this.#control + words.asleep) > 0) Atomics.notify(ints, this.#control + words.open);
    this.#workAlong(call, args, units, chunks);
    this.#awaitOthers(chunks);
  }

  #workAlong(call: SharedFunction['call'], args: number, units: number, chunks: number): void {
    const { ints } = this.memory;
    const at = this.#control + words.open;
    for (let open = Atomics.load(ints, at); (open & mask) > 0; open = Atomics.load(ints, at)) {
      if (Atomics.compareExchange(ints, at, open, open - 1) !== open) continue;
      const chunk = (open & mask) - 1;
      call(args, Math.floor((chunk * units) / chunks), Math.floor(((chunk + 1) * units) / chunks), 0);
      Atomics.add(ints, this.#control + words.done, 1);
    }
  }

  #awaitOthers(chunks: number): void {
    const { ints } = this.memory;
    const at = this.#control + words.done;
    let since = 0;
    for (let turn = 0; Atomics.load(ints, at) < chunks; turn++) {
      if (turn % 10_000 !== 9_999) continue;
      since ||= performance.now();
      if (performance.now() - since > patience) return this.#giveUp('does not answer any more');
    }
    if (Atomics.load(ints, this.#control + words.failed) !== 0) this.#giveUp('failed');
  }
  #giveUp(reason: string): never {
    this.#isBroken = true;
    throw new DeviceError(`wasm: a thread ${reason}; this run is lost, and the next ones use one thread`);
  }

  /** Starts threads that are missing; where that cannot be done, the caller's is the only one. */
  #start(): void {
    const { memory, ints } = this.memory;
    Atomics.store(ints, this.#control + words.threads, this.threads);
    try {
      while (this.#started + 1 < this.threads)
        threadHost()!.start({ memory, control: 4 * this.#control, thread: ++this.#started });
    } catch (error) {
      this.#isBroken = true;
      sayOnce(`the CPU engine runs on one thread: another could not be started (${String(error)})`);
    }
  }

  /** Puts the module's bytes where the threads find them. */
  #publish(module: SharedModule): boolean {
    if (module.id >= 0) return true;
    if (this.#modules === mostModules) return false;
    const address = this.memory.allocate(module.bytes.length, 'the code of kernels');
    new Uint8Array(this.memory.memory.buffer).set(module.bytes, address);
    module.id = this.#modules++;
    this.memory.ints[this.#table / 4 + 2 * module.id] = address;
    this.memory.ints[this.#table / 4 + 2 * module.id + 1] = module.bytes.length;
    return true;
  }
}
