import { device } from '../../../src';
import type { GpuBackend } from '../../../src/backend/gpu';
import { backendOf } from '../../../src/plan';
import { models, type ModelName } from './models';

/** Ten steps of each model on the CPU and on the device: losses, and all that the model holds at the end. */
export async function training(name: string) {
  const runs = [];
  for (const model of Object.keys(models) as ModelName[])
    runs.push({ model, cpu: await trained('wasm', model), gpu: await trained(name, model) });
  const { name: ran, hardware, fallbacks } = backendOf(name) as GpuBackend;
  return { name: ran, hardware, fallbacks, runs };
}

async function trained(where: string, name: ModelName) {
  await device(where);
  const { model, step } = models[name]();
  const losses: number[] = [];
  for (let i = 0; i < 10; i++) losses.push(await (await step()).item());
  const state: number[] = [];
  for (const value of Object.values(model.stateDict())) state.push(...(await value.data()));
  return { losses, state };
}
