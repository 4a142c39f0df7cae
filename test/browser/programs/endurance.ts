import { device } from '../../../src';
import type { GpuBackend } from '../../../src/backend/gpu';
import { backendOf } from '../../../src/plan';
import { models } from './models';

/** The memory of the device and of JavaScript after every 50 of 4,000 steps of the MLP, garbage being collected often. */
export async function endurance(name: string) {
  await device(name);
  const { step } = models.mlp();
  const memory = [];
  for (let i = 1; i <= 4000; i++) {
    const loss = await step();
    if (i % 10 !== 0) continue;
    await loss.item();
    await collected();
    if (i % 50 !== 0) continue;
    const { memory: onDevice } = (backendOf(name) as GpuBackend).device;
    memory.push({ ...onDevice, heap: heapSize(), resident: residentSize() });
  }
  return memory;
}

/** Collects garbage, and gives finalisers a turn. */
async function collected(): Promise<void> {
  const { gc } = globalThis as unknown as { gc: () => void };
  for (const _ of [1, 2]) {
    gc();
    await new Promise((resolve) => void setTimeout(resolve));
  }
}

function heapSize(): number {
  const { memory } = performance as { memory?: { usedJSHeapSize: number } };
  return memory ? memory.usedJSHeapSize : process.memoryUsage().heapUsed;
}

/** Bytes of the whole process, what the device's driver holds among them; pages are not told. */
function residentSize(): number | null {
  return typeof process === 'undefined' ? null : process.memoryUsage().rss;
}
