import { setDefaultDevice, tensor, zeros } from 'decograd';
import { describe, expect, it } from 'vitest';
import { EngineMemory } from '../../src/backend/wasm/memory';
import { Residents } from '../../src/backend/wasm/residents';
import { smallArray } from '../../src/backend/wasm/small-arrays';
import type { Cell } from '../../src/graph/node';

describe('small values', () => {
  it('lie beside each other, each for itself', () => {
    const sizes = [1, 16, 17, 30, 31, 32, 33, 64, 65, 100, 1000, 1280, 4095];
    const arrays = sizes.flatMap((size) => [0, 1, 2, 3, 4].map(() => smallArray('float32', size)!));
    arrays.forEach((array, i) => array.fill(i));
    arrays.forEach((array, i) => expect([array.length, ...new Set(array)]).toEqual([sizes[Math.floor(i / 5)], i]));
    expect(new Set(arrays.map(({ buffer }) => buffer)).size).toBeLessThan(arrays.length);
  });
  it('of integers too; bytes and large ones have buffers of their own', () => {
    expect(smallArray('int32', 20)).toEqual(new Int32Array(20));
    expect([smallArray('bool', 20), smallArray('float32', 4096)]).toEqual([null, null]);
  });
  it('are handed to users in buffers of their own', () => {
    setDefaultDevice('wasm');
    for (const size of [20, 40, 70, 1280]) {
      const x = tensor(new Float32Array(size).fill(3), { shape: [size] })
        .mul(2)
        .keep();
      const { buffer, byteOffset } = x.dataSync();
      expect([buffer.byteLength, byteOffset]).toEqual([4 * size, 0]);
    }
    expect(zeros([40]).dataSync().buffer.byteLength).toBe(160);
  });
});

describe('values that stay', () => {
  const size = 2 ** 17; // half a megabyte: four of them are what may stay unused
  const made = () => {
    const residents = new Residents(new EngineMemory());
    const cells = [0, 1, 2, 3].map((i): Cell => ({ data: new Float32Array(size).fill(i), resident: null }));
    for (const cell of cells) {
      residents.begin();
      residents.adopt(cell, 'float32', size);
    }
    return { residents, cells };
  };
  const inEngine = (residents: Residents, cells: readonly Cell[]) => {
    residents.begin();
    return cells.map(({ resident }) => typeof residents.use(resident!) === 'number');
  };
  const idle = (residents: Residents) => {
    for (let run = 0; run < 2000; run++) residents.begin(); // what runs used counts no more
  };

  it('move out when there are too many, those that were not used for longest', () => {
    const { residents, cells } = made();
    idle(residents);
    residents.use(cells[0].resident!);
    idle(residents);
    residents.adopt({ data: new Float32Array(size), resident: null }, 'float32', size);
    expect(inEngine(residents, cells)).toEqual([true, false, false, true]);
    expect(cells.map(({ resident }) => resident!.read()[size - 1])).toEqual([0, 1, 2, 3]);
  });
  it('do not move while the run that uses them goes on', () => {
    const { residents, cells } = made();
    residents.begin();
    for (const { resident } of cells) residents.use(resident!);
    for (let i = 0; i < 4; i++) residents.adopt({ data: new Float32Array(size), resident: null }, 'float32', size);
    expect(inEngine(residents, cells)).toEqual([true, true, true, true]);
  });
});
