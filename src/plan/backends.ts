import type { Backend } from '../backend/backend';
import type { Mode } from '../backend/gpu';
import { createReferenceBackend } from '../backend/reference';
import { createWasmBackend, isWasmSupported } from '../backend/wasm';
import { DeviceError } from '../core/errors';
import { sayOnce } from '../core/say-once';
import { setCurrentDevice } from '../graph/recorder';

/** Backends that are there at once; each is made when first used. */
const makers: Readonly<Record<string, () => Backend>> = {
  wasm: createWasmBackend,
  reference: () => createReferenceBackend({ precision: 'float32' }),
  reference64: () => createReferenceBackend({ precision: 'float64' }),
};

/** Backends whose code is loaded when somebody asks for them. */
const loaders: Readonly<Record<string, () => Promise<Backend>>> = {
  'gpu:cpu': () => loadGpu('cpu', 'reference'),
  'gpu:webasm': () => loadGpu('webasm', 'reference'),
  'gpu:webgpu': () => loadGpu('webgpu', defaultBackend),
  'gpu:webgl2': () => loadGpu('webgl2', defaultBackend),
  'gpu:webgl': () => loadGpu('webgl', defaultBackend),
  'gpu:headlessgl': () => loadGpu('headlessgl', defaultBackend),
};
async function loadGpu(mode: Mode, elsewhere: string): Promise<Backend> {
  return (await import('../backend/gpu')).createGpuBackend(mode, backendOf(elsewhere));
}

/** The devices that may be a GPU, the best first. */
export const gpuNames: readonly string[] = ['gpu:webgpu', 'gpu:webgl2', 'gpu:webgl', 'gpu:headlessgl'];

const made = new Map<string, Backend>();

/** Every name that can be asked for. */
export const backendNames: readonly string[] = [...Object.keys(makers), ...Object.keys(loaders)];

/** The fastest backend that needs no waiting. */
export const defaultBackend = isWasmSupported() ? 'wasm' : 'reference';
setCurrentDevice(defaultBackend);

function unknown(name: string): DeviceError {
  if (name === 'auto' || name === 'gpu')
    return new DeviceError(
      `'${name}' is looked for, which takes time: const { name } = await device('${name}') finds it and says its name`,
    );
  return new DeviceError(`there is no device '${name}'; known are ${backendNames.join(', ')}`);
}

/** When every device has been handed all that it was to compute. @throws what went wrong after its call had returned */
export async function settled(): Promise<void> {
  for (const backend of made.values()) await backend.done?.();
}

/** The backend, which is there already or needs no waiting. */
export function backendOf(name: string): Backend {
  let backend = made.get(name);
  if (backend === undefined) {
    const make = makers[name];
    if (!make)
      throw name in loaders
        ? new DeviceError(`${name} is not loaded yet: await device('${name}') first`)
        : unknown(name);
    if (name === 'reference' && defaultBackend === name)
      sayOnce(
        'there is no WebAssembly with SIMD here: plain JavaScript computes everything, some hundred times slower',
      );
    made.set(name, (backend = make()));
  }
  return backend;
}

/** Makes the backend, loading its code first where need be. */
export async function loadBackend(name: string): Promise<Backend> {
  const load = loaders[name];
  if (!load || (made.has(name) && !made.get(name)!.isLost)) return backendOf(name);
  const backend = await load();
  made.set(name, backend);
  return backend;
}
