import { describe, expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus } from './ways';

const at = openPlaces('Chromium', 'Node');
const gap = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));

describe.each(gpus)('$device in $place', ({ place, device }) => {
  test('lost: steps fail, state dicts can be had, and training goes on once it is asked for again', async () => {
    const { step, other, before, after, losses, end, cpu } = await at(place).run('loss', device);
    for (const error of [step, other])
      expect(error).toEqual({ name: 'DeviceError', message: expect.stringMatching(`^${device}: the device was lost`) });
    expect(before).toHaveLength(end.length);
    expect(gap(after, before)).toBeLessThan(1e-6);
    expect(losses).toHaveLength(6);
    expect(gap(losses, cpu.losses)).toBeLessThan(1e-4);
    expect(gap(end, cpu.end)).toBeLessThan(1e-4);
    expect(gap(end, before)).toBeGreaterThan(1e-2);
  });

  test('what it cannot hold is refused, and it goes on', async () => {
    const { size, error, after } = await at(place).run('tooLarge', device);
    expect(error).toEqual({ name: 'DeviceError', message: expect.stringMatching(`^${device}: an input of ${size} `) });
    expect(error!.message).toContain('the device holds at most ');
    expect(after).toEqual([1, 1]);
  });
});

describe.each(gpus.filter(({ device }) => device === 'gpu:webgpu'))('$device in $place', ({ place, device }) => {
  test('without an adapter it is refused, and auto goes to wasm and says why', async () => {
    const { asked, any, auto } = await at(place).run('noAdapter', device);
    const reason = 'gpu:webgpu: WebGPU is here, but has no adapter: it found no GPU with a driver that it takes, on Linux one for Vulkan'; // prettier-ignore
    expect(asked).toEqual({ name: 'DeviceError', message: reason });
    expect(any).toEqual({ name: 'DeviceError', message: expect.stringContaining(`there is no GPU here: ${reason}; `) });
    expect(auto.name).toBe('wasm');
    expect(auto.noGpu).toContain(reason);
  });
});
