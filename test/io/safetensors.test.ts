import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  decodeSafetensors,
  loadSafetensors,
  loadSafetensorsMetadata,
  saveSafetensors,
  StateError,
  tensor,
} from 'decograd';
import fixtures from '../fixtures/safetensors.json';
import { bytesOf, caseOf, expectDescribed } from './described';

const folder = mkdtempSync(join(tmpdir(), 'decograd-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'x.safetensors');
const header = (entries: object, body = 0, pad = '') => {
  const text = new TextEncoder().encode(JSON.stringify(entries) + pad);
  const bytes = new Uint8Array(8 + text.length + body);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
};

it('gives back what it was given', () =>
  fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((name) => !name.startsWith('__')),
        fc.tuple(fc.array(fc.nat(3), { maxLength: 3 }), fc.constantFrom('float32', 'int32', 'bool')),
        { maxKeys: 5 },
      ),
      fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.string(),
        { maxKeys: 3 },
      ),
      async (shapes, metadata) => {
        const dict = Object.fromEntries(
          Object.entries(shapes).map(([name, [shape, dtype]], k) => {
            const size = shape.reduce((product, dim) => product * dim, 1);
            const values = Float32Array.from({ length: size }, (_, i) =>
              dtype === 'float32' ? Math.sin(i + k) : dtype === 'int32' ? i * 1e6 - 7 : i % 2,
            );
            return [name, tensor(values, { shape, dtype: dtype as 'float32' })];
          }),
        );
        await saveSafetensors(path, dict, { metadata });
        const loaded = await loadSafetensors(path);
        expect(Object.keys(loaded).sort()).toEqual(Object.keys(dict).sort());
        for (const [name, t] of Object.entries(dict)) {
          expect([loaded[name]!.shape, loaded[name]!.dtype]).toEqual([t.shape, t.dtype]);
          expect(await loaded[name]!.data()).toEqual(await t.data());
        }
        expect(await loadSafetensorsMetadata(path)).toEqual(metadata);
      },
    ),
    { numRuns: 50 },
  ));

it('leaves no partial files', () => expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]));

describe('files of the safetensors library', () => {
  const bytes = Buffer.from(fixtures.base64, 'base64');
  it('are read, every dtype', async () => {
    const { tensors, metadata } = decodeSafetensors(bytes);
    expect(metadata).toEqual({ made: 'by safetensors' });
    for (const [name, { values, shape, dtype }] of Object.entries(fixtures.tensors)) {
      expect([name, tensors[name]!.dtype, tensors[name]!.shape]).toEqual([name, dtype, shape]);
      const wanted = (values as (number | string | boolean)[]).map(Number);
      expect([name, ...(await tensors[name]!.data())]).toEqual([
        name,
        ...wanted.map((x) => (dtype === 'float32' ? Math.fround(x) : x)),
      ]);
    }
  });

  it('are read from a path, bytes and a Blob, with every dtype that tensors here can hold', async () => {
    const file = caseOf('safetensors', 'every dtype');
    writeFileSync(path, bytesOf(file));
    const found = [await loadSafetensors(path), await loadSafetensors(new Blob([bytesOf(file) as BlobPart]))];
    for (const tensors of [...found, decodeSafetensors(bytesOf(file)).tensors]) {
      const inOrder = file.value.dict!.map(([name]) => [name, tensors[name]]);
      expect(Object.keys(tensors)).toHaveLength(inOrder.length);
      await expectDescribed(Object.fromEntries(inOrder), file.value);
    }
  });

  for (const dtype of ['float16', 'bfloat16', 'float64'] as const)
    it(`are written alike in ${dtype}, to the bit`, async () => {
      const sample = fixtures.rounding[dtype];
      await saveSafetensors(path, { x: tensor(new Float32Array(fixtures.rounding.values.map(Number))) }, { dtype });
      const written = readFileSync(path);
      expect(written.subarray(8 + Number(written.readBigUInt64LE(0))).toString('base64')).toBe(sample);
    });
});

describe('refuses', () => {
  const rows: [string, Uint8Array, RegExp][] = [
    [
      'a file that ends early',
      header({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 4),
      /take 8 bytes, the file holds 4; it is cut off/,
    ],
    ['a tail', header({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 9), /has a tail/],
    ['no header', Uint8Array.from([1, 2, 3]), /cannot hold a header/],
    [
      'a header longer than the file',
      Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 127, 1]),
      /cannot hold a header/,
    ],
    ['broken JSON', header({}, 0, '{'), /no JSON object/],
    ['a list for a header', header([]), /no JSON object/],
    [
      'an unknown dtype',
      header({ a: { dtype: 'F8', shape: [2], data_offsets: [0, 2] } }, 2),
      /'a' has dtype F8; known are F64/,
    ],
    [
      'complex numbers',
      header({ a: { dtype: 'C64', shape: [1], data_offsets: [0, 8] } }, 8),
      /'a' has dtype C64: complex numbers/,
    ],
    [
      'a shape of more axes than any library has',
      header({ a: { dtype: 'U8', shape: new Array(65).fill(1), data_offsets: [0, 1] } }, 1),
      /'a' has no valid shape/,
    ],
    ['metadata that is no text', header({ __metadata__: { a: 1 } }), /metadata 'a' must be a text, not 1/],
    ['an entry that is null', header({ a: null }), /'a' has dtype undefined/],
    [
      'overlapping tensors',
      header(
        { a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] }, b: { dtype: 'U8', shape: [2], data_offsets: [1, 3] } },
        3,
      ),
      /'b' begins at 1, not at 2/,
    ],
    [
      'bytes that belong to no tensor',
      header(
        { a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] }, b: { dtype: 'U8', shape: [1], data_offsets: [2, 3] } },
        3,
      ),
      /'b' begins at 2, not at 1/,
    ],
    [
      'offsets that do not fit the shape',
      header({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4),
      /needs 8 bytes, its offsets are \[0,4\]/,
    ],
    [
      'a negative size',
      header({ a: { dtype: 'F32', shape: [-2], data_offsets: [0, 8] } }, 8),
      /'a' has no valid shape/,
    ],
  ];
  for (const [what, bytes, message] of rows)
    it(what, async () => {
      expect(() => decodeSafetensors(bytes)).toThrow(StateError);
      expect(() => decodeSafetensors(bytes)).toThrow(message);
      writeFileSync(path, bytes);
      await expect(loadSafetensors(path)).rejects.toThrow(message);
    });

  it('I64 values beyond int32', () => {
    const bytes = header({ a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8);
    new DataView(bytes.buffer).setBigInt64(bytes.length - 8, 2n ** 31n, true);
    expect(() => decodeSafetensors(bytes)).toThrow(/2147483648 does not fit int32/);
  });
});

it('a name that JavaScript gives a meaning is one like others', async () => {
  await saveSafetensors(
    path,
    Object.fromEntries([
      ['__proto__', tensor([1])],
      ['constructor', tensor([2])],
    ]),
  );
  const loaded = await loadSafetensors(path);
  expect(Object.entries(loaded).map(([name, t]) => [name, t.itemSync()])).toEqual([['__proto__', 1], ['constructor', 2]]); // prettier-ignore
});
