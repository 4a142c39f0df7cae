import type { Backend } from '../backend';
import { Engine } from './engine';
import { executable } from './executable';
import { machineLimits } from './limits';
import { hasMultiplyAdd, hasSimd } from './features';
import { threadCount } from './threads';

export { setThreads } from './threads';

/** Whether this engine runs 128-bit SIMD. */
export function isWasmSupported(): boolean {
  hasMultiplyAdd(); // switches it on where it waits behind a flag, which must happen before anything is compiled
  return hasSimd();
}

/** The CPU backend: every program becomes WebAssembly emitted for its shapes, over one memory. */
export function createWasmBackend(): Backend {
  const engine = new Engine();
  return {
    name: 'wasm',
    get hardware() {
      const arithmetic = hasMultiplyAdd() ? 'SIMD with multiply-add' : 'SIMD';
      return { adapter: `WebAssembly, ${arithmetic}`, isSoftware: false, limits: { threads: threadCount() } };
    },
    compile: (program) => executable(program, engine),
    limits: () => machineLimits(engine),
  };
}
