import { isWasmSupported } from '../../src/backend/wasm';

/** Every backend that the op tests run on. A backend that is missing where it should be there fails them. */
export const devices: readonly string[] = ['reference', ...(isWasmSupported() ? ['wasm'] : []), 'gpu:cpu'];
