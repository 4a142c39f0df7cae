import { product } from '../../core/shape';
import type { Step } from '../backend';
import { assemble } from './assemble';
import { Gemm } from './gemm';
import type { FunctionLaunch } from './launch';
import { EngineMemory } from './memory';
import { Pool, type SharedFunction } from './pool';
import { Residents } from './residents';

/** Functions are kept for later programs up to this many; the oldest go first. */
const mostFunctions = 4096;

/** What all programs of a device share: memory, compiled functions, the arena. */
export class Engine {
  readonly memory = new EngineMemory();
  readonly residents = new Residents(this.memory);
  readonly pool = new Pool(this.memory);
  readonly #functions = new Map<string, SharedFunction>();
  #gemm: Gemm | undefined;
  #arena = { address: 0, bytes: 0 };

  get gemm(): Gemm {
    return (this.#gemm ??= new Gemm(this.memory, this.pool));
  }

  /** One place for the temporary values of whichever program runs, as large as the largest of them. */
  arena(bytes: number, steps: readonly Step[]): number {
    if (bytes > this.#arena.bytes || this.#arena.address === 0) {
      if (this.#arena.address !== 0) this.memory.free(this.#arena.address, this.#arena.bytes);
      this.#arena = { address: 0, bytes: 0 };
      this.#arena = { address: this.memory.allocate(bytes, largest(steps)), bytes };
    }
    return this.#arena.address;
  }

  /** The functions of these launches by key, those that are new compiled together as one module. */
  compile(launches: readonly FunctionLaunch[]): ReadonlyMap<string, SharedFunction> {
    const needed = new Map(launches.map((launch) => [launch.key, launch]));
    const fresh = [...needed.values()].filter(({ key }) => !this.#functions.has(key));
    if (fresh.length > 0) this.#add(fresh);
    const found = new Map([...needed.keys()].map((key) => [key, this.#functions.get(key)!]));
    for (const key of this.#functions.keys()) {
      if (this.#functions.size <= mostFunctions) break;
      this.#functions.delete(key);
    }
    return found;
  }

  #add(fresh: readonly FunctionLaunch[]): void {
    const bytes = assemble(fresh.map(({ emit }) => emit()), this.memory.isShared); // prettier-ignore
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { memory: this.memory.memory } }); // prettier-ignore
    const module = { bytes, id: -1 };
    fresh.forEach(({ key }, index) =>
      this.#functions.set(key, { module, index, call: exports[index] as SharedFunction['call'] }),
    );
  }
}

/** Names the largest value of a program, for when the arena has no room. */
function largest(steps: readonly Step[]): string {
  const sizes = steps.map(({ kernel }) => product(kernel.dims));
  const at = sizes.indexOf(Math.max(...sizes));
  return at < 0 ? 'the inputs' : `a run whose largest value is ${steps[at].name} [${steps[at].kernel.dims.join(', ')}]`;
}
