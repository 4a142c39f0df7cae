import { devicesToCome } from './web-gpu-entry';

/** What takes the device that is opened next away, as the system may at any time. */
export async function losing(name: string): Promise<() => Promise<void>> {
  if (name === 'gpu:webgl2') return losingContext();
  const opened = await devicesToCome();
  return async () => {
    const device = opened.at(-1)!;
    device.destroy();
    await device.lost;
    await new Promise((resolve) => void setTimeout(resolve));
  };
}

/** gpu.js draws on the canvas that it finds first. */
function losingContext(): () => Promise<void> {
  const contexts: WebGL2RenderingContext[] = [];
  for (const { prototype } of [HTMLCanvasElement, OffscreenCanvas] as {
    prototype: { getContext(...args: unknown[]): unknown };
  }[]) {
    const { getContext } = prototype;
    prototype.getContext = function (...args) {
      const context = getContext.apply(this, args);
      if (context instanceof WebGL2RenderingContext) contexts.push(context);
      return context;
    };
  }
  return async () => {
    for (const context of new Set(contexts)) context.getExtension('WEBGL_lose_context')?.loseContext();
  };
}
