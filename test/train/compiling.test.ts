import { Adam, device, Dropout, earlyStopping, Linear, manualSeed, mseLoss, randn, ReLU, Sequential, Trainer } from 'decograd'; // prettier-ignore
import { afterEach, expect, test, vi } from 'vitest';
import { currentDevice } from '../../src/graph/recorder';
import { planCache } from '../../src/plan';

afterEach(() => void vi.restoreAllMocks());

test.each([
  ['', {}],
  [', accumulated and clipped', { accumulate: 2, clipNorm: 0.1 }],
])('all epochs but the first construct no WebAssembly module and no plan%s', async (_, options) => {
  await device('wasm');
  const modules = vi.spyOn(WebAssembly, 'Module');
  manualSeed(2);
  const model = new Sequential(new Linear(30, 200), new ReLU(), new Dropout(0.3), new Linear(200, 2));
  const made: [modules: number, plans: number][] = [];
  const counter = { onEpochEnd: () => void made.push([modules.mock.calls.length, planCache(currentDevice()).size]) };
  const absoluteError = (a: typeof x, b: typeof x) => a.sub(b).abs().mean();
  const callbacks = [counter, earlyStopping({ patience: 100 })];
  const trainer = new Trainer(model, { optimizer: new Adam(model), loss: mseLoss, metrics: { absoluteError }, callbacks, ...options }); // prettier-ignore
  const [x, y] = [randn([100, 30]), randn([100, 2])];
  // the last batch is a short one, and so is that of the validation
  await trainer.fit([x, y], { epochs: 6, batchSize: 32, validation: [x, y], progress: false });
  const [[firstModules, firstPlans], ...others] = made;
  expect(firstModules).toBeGreaterThan(2);
  expect(firstPlans).toBeGreaterThan(4);
  expect(others).toEqual(Array(5).fill([firstModules, firstPlans]));
});
