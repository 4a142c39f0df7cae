import { assemble } from '../../src/backend/wasm/assemble';
import { FunctionBuilder } from '../../src/backend/wasm/function-builder';
import type { EngineMemory } from '../../src/backend/wasm/memory';
import type { Pool, SharedFunction } from '../../src/backend/wasm/pool';

/** A function of (args, from, to, thread) that `print` writes, as threads take it. */
export function sharedFunction(memory: EngineMemory, print: (f: FunctionBuilder) => void): SharedFunction {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32']);
  print(f);
  const bytes = assemble([f], memory.isShared);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { memory: memory.memory } });
  return { module: { bytes, id: -1 }, index: 0, call: exports['0'] as SharedFunction['call'] };
}

/** Tells who did what: each of 32 units counts to a million, so that all get their share, and is marked by its thread. */
export class Marks {
  readonly #address: number;
  readonly #mark: SharedFunction;

  constructor(private readonly memory: EngineMemory) {
    this.#address = memory.allocate(4 * 64, 'marks');
    this.#mark = sharedFunction(memory, (f) => {
      const [args, from, to, thread] = [0, 1, 2, 3];
      f.times(1_000_000, () => undefined);
      const left = f.local('i32');
      f.get(to).get(from).op('i32.sub').set(left);
      f.countDown(left, () => {
        f.get(args).get(from).i32(2).op('i32.shl').op('i32.add').get(thread).i32(1).op('i32.add').memory('i32.store'); // prettier-ignore
        f.increase(from, 1);
      });
    });
  }

  /** For each unit the number of its thread + 1, 0 where nobody did it, then 32 words that nobody is to write. */
  run(pool: Pool): number[] {
    const marks = this.memory.ints.subarray(this.#address / 4, this.#address / 4 + 64);
    marks.fill(0);
    pool.run(this.#mark, this.#address, 32, 6);
    return [...marks];
  }
}
