import { expect, test } from 'vitest';
import { openPlaces } from './open-places';
import { gpus, webGl1 } from './ways';

const at = openPlaces('Chromium', 'Node');
const gap = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));

test.each([...gpus, webGl1])(
  'ten steps of an MLP and a CNN on $device in $place are those of the CPU',
  async ({ place, device }) => {
    const { runs, ...report } = await at(place).run('training', device);
    expect(runs.map(({ model }) => model)).toEqual(['mlp', 'cnn']);
    for (const { cpu, gpu } of runs) {
      expect(gpu.state).toHaveLength(cpu.state.length);
      expect(gap(gpu.losses, cpu.losses)).toBeLessThan(1e-4);
      expect(gap(gpu.state, cpu.state)).toBeLessThan(1e-4);
      expect(cpu.losses[9]).toBeLessThan(cpu.losses[0] - 0.1);
    }
    expect(report).toMatchObject({ name: device, hardware: { isSoftware: true } });
    const isExpected = (reason: string) => device === webGl1.device && reason.includes('int32');
    expect(report.fallbacks.filter(({ reason }) => !isExpected(reason))).toEqual([]);
  },
);
