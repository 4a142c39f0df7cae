import { DeviceError } from '../../core/errors';
import type { Backend } from '../backend';
export async function createGpuBackend(mode: 'cpu' | 'webasm'): Promise<Backend> {
  throw new DeviceError(`gpu:${mode}: being built`);
}
