import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { device, tensor } from 'decograd';
import { expectClose } from '../nn/close';
import { problem } from './problem';

const quiet = { progress: false } as const;
/** The device that is the current one before and after every test. */
let home: string;
beforeAll(async () => void (home = (await device('auto')).name));
afterEach(() => device(home));

/** The losses of the same run where everything is at home. */
async function lossesAtHome(): Promise<number[]> {
  const { trainer, loader } = problem();
  return (await trainer.fit(loader, { epochs: 2, ...quiet })).epochs.map(({ loss }) => loss);
}

describe('the device option', () => {
  it.each(['reference', 'gpu:cpu', 'auto'])(
    '%s: the model moves there, its batches follow, the numbers agree',
    async (name) => {
      const wanted = await lossesAtHome();
      const { trainer, loader, model, x, y } = problem({ device: name });
      const batches = [...loader]; // made at home
      const history = await trainer.fit(batches, { epochs: 2, validation: batches, ...quiet });
      const there = name === 'auto' ? home : name;
      expect(model.parameters().map((p) => p.device)).toEqual(Array(4).fill(there));
      expectClose(history.epochs.map(({ loss }) => loss), wanted, 1e-5); // prettier-ignore
      expect((await trainer.predict(x)).device).toBe(there);
      expect((await trainer.evaluate([x, y])).loss).toBeGreaterThan(0);
    },
  );

  it('without it, training happens where the model is', async () => {
    const wanted = await lossesAtHome();
    const { trainer, model, loader, x } = problem();
    model.to('reference');
    const history = await trainer.fit(loader, { epochs: 2, ...quiet });
    expectClose(history.epochs.map(({ loss }) => loss), wanted, 1e-5); // prettier-ignore
    expect(model.parameters().map((p) => p.device)).toEqual(Array(4).fill('reference'));
    expect((await trainer.predict(x)).device).toBe('reference');
    expect(tensor([1]).device).toBe(home);
  });

  it('one that is not there is refused, with those that are', async () => {
    const { trainer, loader } = problem({ device: 'tpu' });
    await expect(trainer.fit(loader, { epochs: 1, ...quiet })).rejects.toThrow(
      /there is no device 'tpu'; known are wasm/,
    );
  });
});

it('timers and other work get a turn while steps go on', async () => {
  const { trainer, loader } = problem();
  const busy = {
    *[Symbol.iterator]() {
      for (const batch of loader) {
        const until = performance.now() + 120;
        while (performance.now() < until);
        yield batch;
      }
    },
  };
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await trainer.fit(busy, { epochs: 1, ...quiet });
  clearInterval(timer);
  expect(turns).toBeGreaterThanOrEqual(2);
});
