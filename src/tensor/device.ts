import { DeviceError, FaultyDeviceError } from '../core/errors';
import { currentDevice, setCurrentDevice } from '../graph/recorder';
import { backendNames, backendOf, defaultBackend, gpuNames, loadBackend } from '../plan';

/** A place where kernels run. */
export interface Device {
  readonly name: string;
  /** Why it is no GPU, for each that was looked for; empty where it is one, or none was looked for. */
  readonly noGpu: readonly string[];
}

/** What there is to know of a device. */
export interface DeviceReport {
  readonly name: string;
  /** What it is meant for; gpu.js's modes for tests, 'gpu:cpu' and 'gpu:webasm', are for the CPU. */
  readonly kind: 'CPU' | 'GPU';
  /** Whether it can be asked for here: it opened, and its self-test gave the right numbers. */
  readonly isUsable: boolean;
  /** Whether it is there and does not work: its driver fails, or it computes wrong. */
  readonly isFaulty: boolean;
  /** Why it is not usable; null where it is. */
  readonly reason: string | null;
  /** As the driver names what it computes on; null where it did not open. */
  readonly adapter: string | null;
  /** A program on the CPU that takes the place of a GPU: `auto` and `gpu` never take it. */
  readonly isSoftware: boolean;
  readonly limits: Readonly<Record<string, number>>;
}

/**
 * Finds a device and makes it the current one, where new tensors live.
 * @param name 'auto' (default) takes a GPU where a real one answers, else the fastest CPU engine; 'gpu' a GPU or nothing;
 *   else a device's name, such as 'gpu:webgpu', 'wasm' or 'reference'; {@link devices} lists them
 * @throws DeviceError for a name that is not known, and where the device does not answer or is not there;
 *   FaultyDeviceError, which is one, where it is there and its driver fails or it computes wrong
 * @example const { name } = await device('auto');
 */
export async function device(name = 'auto'): Promise<Device> {
  const found = name === 'auto' || name === 'gpu' ? await findGpu() : { name, noGpu: [] };
  if (found.name === null && name === 'gpu') throw new DeviceError(`there is no GPU here: ${found.noGpu.join('; ')}`);
  const wanted = found.name ?? defaultBackend;
  await loadBackend(wanted);
  setDefaultDevice(wanted);
  return { name: wanted, noGpu: found.noGpu };
}

/** The first GPU that computes, and is one; or why there is none. */
async function findGpu(): Promise<{ name: string | null; noGpu: string[] }> {
  const noGpu: string[] = [];
  for (const name of gpuNames) {
    const { isUsable, isSoftware, reason, adapter } = await report(name);
    if (isUsable && !isSoftware) return { name, noGpu: [] };
    noGpu.push(reason ?? `${name}: ${adapter} is software, which the CPU's own engine is faster than`);
  }
  return { name: null, noGpu };
}

/** Makes a CPU device the current one at once. */
export function setDefaultDevice(name: string): void {
  backendOf(name);
  setCurrentDevice(name);
}

/** Runs `fn` with another current device. */
export function withDevice<T>(name: string, fn: () => T): T {
  const before = currentDevice();
  if (name === before) return fn();
  setDefaultDevice(name);
  try {
    return fn();
  } finally {
    setCurrentDevice(before);
  }
}

/**
 * Every device that can be asked for by name, opened and tried.
 * @example for (const { name, adapter, reason } of await devices()) console.log(name, reason ?? adapter);
 */
export async function devices(): Promise<readonly DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const name of backendNames) if (name !== 'reference64') reports.push(await report(name));
  return reports;
}

async function report(name: string): Promise<DeviceReport> {
  const kind = gpuNames.includes(name) ? 'GPU' : 'CPU';
  try {
    const { hardware } = await loadBackend(name);
    return { name, kind, isUsable: true, isFaulty: false, reason: null, ...hardware };
  } catch (error) {
    const unopened = { isUsable: false, adapter: null, isSoftware: false, limits: {} };
    return { name, kind, ...unopened, ...refusal(name, error) };
  }
}

/** What a device does not expect is its fault: one driver that fails is not to hide the other devices. */
function refusal(name: string, error: unknown): Pick<DeviceReport, 'isFaulty' | 'reason'> {
  if (error instanceof DeviceError) return { isFaulty: error instanceof FaultyDeviceError, reason: error.message };
  return { isFaulty: true, reason: `${name}: ${error instanceof Error ? error.message : String(error)}` };
}
