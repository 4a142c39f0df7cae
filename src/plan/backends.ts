import { DeviceError } from '../core/errors';
import type { Backend } from '../backend/backend';
import { createReferenceBackend } from '../backend/reference';

/** How to make each backend; it is made when first used. */
const factories: Record<string, () => Backend> = {
  reference: () => createReferenceBackend({ precision: 'float32' }),
  reference64: () => createReferenceBackend({ precision: 'float64' }),
};
const made = new Map<string, Backend>();

export const backendNames = Object.keys(factories);

export function backendOf(name: string): Backend {
  let backend = made.get(name);
  if (backend === undefined) {
    const factory = factories[name];
    if (!factory) throw new DeviceError(`there is no device '${name}'; known are ${backendNames.join(', ')}`);
    made.set(name, (backend = factory()));
  }
  return backend;
}
