import { device, tensor } from '../../../src';
import { losing } from './lose-device';
import { models, type Training } from './models';
import { said } from './said';

/** Three steps, the device is lost, what then is said and what values are, and three steps after it was asked for again. */
export async function loss(name: string) {
  const lose = await losing(name);
  await device(name);
  const training = models.cnn();
  const losses = await steps(training, 3);
  const before = await state(training);
  await lose();
  const step = await said(training.step);
  const other = await said(() => tensor([1, 2]).add(1).data());
  const after = await state(training);
  await device(name);
  losses.push(...(await steps(training, 3)));
  return { step, other, before, after, losses, end: await state(training), cpu: await onCpu() };
}

/** What comes of it where nothing is lost. */
async function onCpu() {
  await device('wasm');
  const training = models.cnn();
  return { losses: await steps(training, 6), end: await state(training) };
}

async function steps({ step }: Training, count: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < count; i++) losses.push(await (await step()).item());
  return losses;
}

/** What model and optimizer save. */
async function state({ model, optimizer }: Training): Promise<number[]> {
  const saved = Object.values(optimizer.stateDict().state).flatMap(({ slots }) => Object.values(slots));
  const values: number[] = [];
  for (const value of [...Object.values(model.stateDict()), ...saved]) values.push(...(await value.data()));
  return values;
}
