import { expect, it } from 'vitest';
import { earlyStopping, type Callback } from 'decograd';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

const within = temporaryFolder();

it('earlyStopping ends a resumed run where one never left ends', async () => {
  const losses = [3, 1, 2, 2, 0.5, 0.6, 0.7, 0.8, 0.1];
  const worth: Callback = { onEpochEnd: ({ epoch }, record) => void Object.assign(record, { loss: losses[epoch - 1], validation: undefined }) }; // prettier-ignore
  let ended = 0;
  const end: Callback = { onFitEnd: ({ epoch }) => void (ended = epoch) };
  const callbacks = () => [worth, earlyStopping({ patience: 3 }), end];
  const fit = { epochs: 9, validation: undefined };
  expect(await fromEveryBoundary({ callbacks, result: () => ended, fit, folder: within('') })).toBe(32);
  expect(ended).toBe(8);
});
