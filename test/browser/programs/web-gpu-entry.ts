export interface OpenDevice {
  destroy(): void;
  readonly lost: Promise<unknown>;
}
interface Adapter {
  requestDevice(...args: unknown[]): Promise<OpenDevice>;
}
type Request = (...args: unknown[]) => Promise<Adapter | null>;
interface Scope {
  navigator?: { gpu?: { requestAdapter: Request } };
}

/** Puts another function in the place of `navigator.gpu.requestAdapter`. */
export async function replaceRequest(replacement: (before: Request) => Request): Promise<void> {
  const gpu = await entry();
  const value = replacement(gpu.requestAdapter.bind(gpu));
  Object.defineProperty(gpu, 'requestAdapter', { value, configurable: true });
}

/** As it is in a browser; Node is given it here, before the library would do so. */
async function entry() {
  const scope = globalThis as Scope;
  if (!scope.navigator?.gpu) {
    const name = 'webgpu'; // not for the bundler
    const { create, globals } = await import(name);
    Object.assign(globalThis, globals);
    scope.navigator ??= {};
    Object.defineProperty(scope.navigator, 'gpu', { value: create([]), configurable: true });
  }
  return scope.navigator!.gpu!;
}

/** Every device of WebGPU that is opened from now on. */
export async function devicesToCome(): Promise<readonly OpenDevice[]> {
  const opened: OpenDevice[] = [];
  await replaceRequest((before) => async (...args) => {
    const adapter = await before(...args);
    if (adapter) tellOfDevices(adapter, opened);
    return adapter;
  });
  return opened;
}

function tellOfDevices(adapter: Adapter, opened: OpenDevice[]): void {
  const open = adapter.requestDevice.bind(adapter);
  adapter.requestDevice = async (...options) => {
    const device = await open(...options);
    opened.push(device);
    return device;
  };
}
