import { DeviceError } from '../../core/errors';
import type { Backend } from '../backend';
import { Engine } from './engine';
import { executable } from './executable';
import { machineLimits } from './limits';
import { hasMultiplyAdd, hasSimd, joinsVectors } from './features';
import { threadCount } from './threads';

export { setThreads } from './threads';

/** Whether this engine runs 128-bit SIMD. */
export function isWasmSupported(): boolean {
  // what waits behind flags is switched on before anything is compiled
  hasMultiplyAdd();
  joinsVectors();
  return hasSimd();
}

function missing(): string {
  if (typeof WebAssembly !== 'object') return 'WebAssembly is switched off here, as --jitless does in Node';
  return 'the WebAssembly of this engine has no 128-bit SIMD; on x64 that needs a processor with SSE4.1';
}

/**
 * The CPU backend: every program becomes WebAssembly emitted for its shapes, over one memory.
 * @throws DeviceError where the engine has no SIMD
 */
export function createWasmBackend(): Backend {
  if (!isWasmSupported()) throw new DeviceError(`wasm: ${missing()}`);
  const engine = new Engine();
  return {
    name: 'wasm',
    get hardware() {
      const arithmetic = `SIMD${joinsVectors() ? ' of 256 bits' : ''}${hasMultiplyAdd() ? ' with multiply-add' : ''}`;
      return { adapter: `WebAssembly, ${arithmetic}`, isSoftware: false, limits: { threads: threadCount() } };
    },
    compile: (program) => executable(program, engine),
    limits: () => machineLimits(engine),
  };
}
