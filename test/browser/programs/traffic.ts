import { device } from '../../../src';
import { counters, type Counts } from './counters';
import { models, type ModelName } from './models';

/** Steps before values have found their places. */
const first = 5;

/** What each of ten steps of each model asks of the device, the loss being read after every one. */
export async function traffic(name: string) {
  await device(name);
  const now = counters(name);
  const steps: (Counts & { readonly model: ModelName })[] = [];
  for (const model of Object.keys(models) as ModelName[]) {
    const { step } = models[model]();
    for (let i = 0; i < first + 10; i++) {
      const before = { ...now };
      await (await step()).item();
      if (i >= first) steps.push({ model, ...since(before, now) });
    }
  }
  return steps;
}

function since(before: Counts, now: Counts): Counts {
  const entries = (Object.keys(now) as (keyof Counts)[]).map((key) => [key, now[key] - before[key]]);
  return Object.fromEntries(entries) as unknown as Counts;
}
