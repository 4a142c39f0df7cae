import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpz, loadNpy, loadNpz, saveNpy, saveNpz, StateError, tensor, ValueError } from 'decograd';
import { bytesOf, caseOf, expectDescribed, files } from './described';

const folder = mkdtempSync(join(tmpdir(), 'decograd-npy-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'x.npy');

describe('arrays that numpy wrote are read', () => {
  it.each(files.npy)('$name', async (file) => {
    writeFileSync(path, bytesOf(file));
    await expectDescribed(await loadNpy(path), file.value);
    await expectDescribed(await loadNpy(bytesOf(file)), file.value);
  });
  it.each(files.npz)('npz, $name', async (file) => {
    writeFileSync(path, bytesOf(file));
    await expectDescribed(await loadNpz(path), file.value);
    await expectDescribed(await loadNpz(new Blob([bytesOf(file) as BlobPart])), file.value);
  });
});

it('what is written is what numpy writes, to the bit', async () => {
  const grid = tensor([0, 1, 2, 3, 4, 5]).reshape([2, 3]);
  const bits = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  expect(bits(await encodeNpy(grid))).toBe(caseOf('npy', '<f4').base64);
  expect(bits(await encodeNpy(grid, { dtype: 'float64' }))).toBe(caseOf('npy', '<f8').base64);
  expect(bits(await encodeNpy(grid, { dtype: 'float16' }))).toBe(caseOf('npy', '<f2').base64);
  expect(bits(await encodeNpy(grid.to('int32')))).toBe(caseOf('npy', '<i4').base64);
  expect(bits(await encodeNpy(tensor(2.5)))).toBe(caseOf('npy', 'scalar').base64);
});

const tensors = fc
  .tuple(fc.array(fc.nat(4), { maxLength: 4 }), fc.constantFrom('float32', 'int32', 'bool'), fc.nat())
  .map(([shape, dtype, seed]) => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const values = Float32Array.from({ length: size }, (_, i) =>
      dtype === 'float32' ? Math.sin(i + seed) : dtype === 'int32' ? i * 1e6 - 7 : (i + seed) % 2,
    );
    return tensor(values, { shape, dtype: dtype as 'float32' });
  });

it('gives back what it was given', () =>
  fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ maxLength: 9 }), tensors, { maxKeys: 4 }),
      fc.boolean(),
      async (dict, compress) => {
        await saveNpz(path, dict, { compress });
        const loaded = await loadNpz(path);
        expect(Object.keys(loaded)).toEqual(Object.keys(dict));
        for (const [name, x] of Object.entries(dict)) {
          await saveNpy(path, x);
          for (const found of [loaded[name]!, await loadNpy(path)]) {
            expect([found.shape, found.dtype]).toEqual([x.shape, x.dtype]);
            expect(await found.data()).toEqual(await x.data());
          }
        }
      },
    ),
    { numRuns: 60 },
  ));

/** An npy file with this header. */
function npy(header: string, body = 0, version = 1): Uint8Array {
  const start = version === 1 ? [header.length & 255, header.length >> 8] : [...new Uint8Array(Uint32Array.of(header.length).buffer)]; // prettier-ignore
  return new Uint8Array([0x93, ...Buffer.from('NUMPY'), version, 0, ...start, ...Buffer.from(header), ...new Uint8Array(body)]); // prettier-ignore
}
const header = (descr: string, shape = '(2,)') => `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}}`;

describe('refuses', () => {
  const rows: [string, Uint8Array, RegExp][] = [
    ['what is no npy file', Buffer.from('hello'), /no npy file/],
    ['an unknown version', npy(header("'<f4'"), 8, 9), /version 9\.0; known are 1\.0, 2\.0 and 3\.0/],
    ['objects', npy(header("'|O'"), 16), /Python objects, which are pickled: they are never read/],
    ['complex numbers', npy(header("'<c8'"), 16), /"<c8", complex numbers/],
    ['texts', npy(header("'<U3'"), 24), /"<U3", texts/],
    ['records', npy(header("[('a', '<f4'), ('b', '<i4')]"), 16), /records of several fields/],
    ['an early end', npy(header("'<f4'"), 7), /ends at byte \d+, the file at \d+; it is cut off/],
    ['a second array', npy(header("'<f4'"), 16), /more than one array/],
    ['a negative size', npy(header("'<f4'", '(-2,)'), 8), /\[-2\] is no valid shape/],
    ['a shape that is no tuple', npy(header("'<f4'", '2'), 8), /2 is no valid shape/],
    ['a header that would run', npy(header("__import__('os')"), 8), /no Python literal at character 10/],
    ['a header that nests without end', npy('('.repeat(60000)), /no Python literal at character 17/],
    ['a missing key', npy("{'descr': '<f4', 'shape': (2,)}", 8), /it has descr, shape/],
    ['a header beyond the file', npy(header("'<f4'")).subarray(0, 40), /announces an npy header of/],
    ['a size beyond all memory', npy(header("'<f4'", '(3000000000,)'), 8), /more elements than a tensor can hold/],
    ['whole numbers beyond int32', new Uint8Array([...npy(header("'<u4'", '(1,)')), 255, 255, 255, 255]), /the uint32 value 4294967295 does not fit int32/], // prettier-ignore
  ];
  it.each(rows)('%s', async (_, bytes, message) => {
    await expect(loadNpy(bytes)).rejects.toThrow(message);
    writeFileSync(path, bytes);
    await expect(loadNpy(path)).rejects.toThrow(message);
  });

  const x = tensor([1]);
  it.each([
    [() => saveNpy(path, x, { dtype: 'bfloat16' as never }), 'dtype must be float32, float64, float16, not "bfloat16"'],
    [() => saveNpy(path, [1] as never), "'the value' is no tensor but a list"],
    [() => saveNpz(path, { x }, { compres: true } as never), "there is no option 'compres'; did you mean 'compress'?"],
    [() => encodeNpz({ x }, { compress: 1 as never }), 'compress must be true or false, not 1'],
    [() => loadNpz(path, { maxBytes: -1 }), 'maxBytes must be a number of at least 0, not -1'],
  ])('wrong use: %#', async (use, message) => {
    await expect(use()).rejects.toThrow(message);
    await expect(use()).rejects.toThrow(ValueError);
  });
});

describe('archives that are not what they say', () => {
  const deflated = bytesOf(caseOf('npz', 'deflated'));
  const stored = bytesOf(caseOf('npz', 'stored'));
  /** A copy with some bytes changed. */
  const forged = (bytes: Uint8Array, at: number, ...values: number[]) => {
    const copy = bytes.slice();
    copy.set(values, at);
    return copy;
  };
  const directory = (bytes: Uint8Array) => Buffer.from(bytes).indexOf('PK\x01\x02');

  it('a flipped bit anywhere in the values is found by the CRC', async () => {
    const at = Buffer.from(stored).indexOf(Buffer.from(Float32Array.of(3, 4).buffer));
    await expect(loadNpz(forged(stored, at, 1))).rejects.toThrow(
      "'weight.npy' is damaged: its bytes do not match its CRC",
    );
  });
  it('a file that becomes more than it announces', async () => {
    const at = directory(deflated) + 24;
    await expect(loadNpz(forged(deflated, at, 100))).rejects.toThrow('becomes more than the 100 bytes it announces');
  });
  it('a file that announces more than deflate can make', async () => {
    const at = directory(deflated) + 24;
    await expect(loadNpz(forged(deflated, at, 0, 0, 0, 0x70))).rejects.toThrow(/of \d+ bytes cannot become 1879048192/);
  });
  it('a file that shares bytes with another', async () => {
    const second = directory(deflated) + 46 + 'weight.npy'.length;
    const at = Buffer.from(deflated).indexOf('PK\x01\x02', second) + 42;
    await expect(loadNpz(forged(deflated, at, 0, 0, 0, 0))).rejects.toThrow('reaches into what comes after it');
  });
  it('a bomb: a small archive that becomes a large array, unless it is allowed', async () => {
    const bomb = await encodeNpz({ zeros: tensor(new Int32Array(2e7)) }, { compress: true });
    expect(bomb.length).toBeLessThan(1e5);
    await expect(loadNpz(bomb)).rejects.toThrow(/becomes 80000128, more than the \d+ allowed; if you trust it, pass \{ maxBytes: 80000128 \}/); // prettier-ignore
    expect((await loadNpz(bomb, { maxBytes: 1e8 })).zeros!.shape).toEqual([2e7]);
  });
  it('no archive, an early end', async () => {
    await expect(loadNpz(bytesOf(caseOf('npy', '<f4')))).rejects.toThrow('no zip archive');
    await expect(loadNpz(stored.subarray(0, -3))).rejects.toThrow(StateError);
    await expect(loadNpz(stored.subarray(3))).rejects.toThrow(StateError);
  });
});
