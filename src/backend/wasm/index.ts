import { DeviceError } from '../../core/errors';
import type { Backend } from '../backend';
export function isWasmSupported(): boolean {
  return false;
}
export function createWasmBackend(): Backend {
  throw new DeviceError('wasm: being built');
}
