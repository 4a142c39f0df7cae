import { closeSync, ftruncateSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  loadTorch,
  openSafetensors,
  saveSafetensors,
  ShapeError,
  StateError,
  tensor,
  type Tensor,
  ValueError,
} from 'decograd';
import { bytesSource } from '../../src/io/byte-source';
import { elements } from '../../src/io/elements';
import { readValues } from '../../src/io/read-tensor';
import { writeFile } from '../../src/io/write-file';
import { writeValues } from '../../src/io/written-tensor';
import { assembled, proto, storage, view, type Part } from './pickles';
import { writeZip64 } from './zip64';

const folder = mkdtempSync(join(tmpdir(), 'decograd-large-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of nothing but holes between its header and the last bytes: it takes no room on the disk. */
function sparse(path: string, hole: number, tail: Uint8Array): void {
  const entries = {
    hole: { dtype: 'U8', shape: [hole], data_offsets: [0, hole] },
    last: { dtype: 'F32', shape: [2], data_offsets: [hole, hole + 8] },
  };
  const text = Buffer.from(JSON.stringify(entries));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(text.length));
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([start, text]));
  ftruncateSync(file, 8 + text.length + hole);
  writeSync(file, tail, 0, tail.length, 8 + text.length + hole);
  closeSync(file);
}

it('a tensor beyond 5 GB is read from its place, without what stands before', async () => {
  const path = join(folder, 'sparse.safetensors');
  sparse(path, 5e9, new Uint8Array(Float32Array.of(1.5, -2).buffer));
  const file = await openSafetensors(path);
  const before = process.memoryUsage().rss;
  expect(file.entries.get('hole')).toEqual({ dtype: 'uint8', shape: [5e9], begin: 0, end: 5e9 });
  expect(await (await file.tensor('last')).toArray()).toEqual([1.5, -2]);
  expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
  await expect(file.tensor('hole')).rejects.toThrow(ShapeError); // more elements than a tensor holds
  await expect(file.tensor('lost')).rejects.toThrow("there is no tensor 'lost'; did you mean 'last'?");
  await file.close();
});

it('tensors of a PyTorch file beyond 4 GB are read from their places', async () => {
  const path = join(folder, 'sparse.pt');
  const pickle = (...parts: Part[]) => new Uint8Array(assembled([proto, parts, '.']));
  const far = (index: number) => view([2], [2], index, storage('FloatStorage', '0', 1.25e9));
  writeZip64(path, [
    {
      name: 'x/data.pkl',
      bytes: pickle('](', far(2 ** 30), view([2, 2], [1, 2], 0, storage('FloatStorage', '1')), 'e'),
    },
    { name: 'x/version', bytes: Buffer.from('3\n') },
    { name: 'x/data/0', hole: 5e9 },
    { name: 'x/data/1', bytes: new Uint8Array(Float32Array.of(0, 1, 2, 3).buffer) },
  ]);
  const before = process.memoryUsage().rss;
  const [hole, last] = await loadTorch<Tensor[]>(path);
  expect(await hole!.toArray()).toEqual([0, 0]);
  expect(await last!.toArray()).toEqual([[0, 2], [1, 3]]); // prettier-ignore
  expect(process.memoryUsage().rss - before).toBeLessThan(50e6);
});

it.each(Object.keys(elements) as (keyof typeof elements)[])('%s: pieces of any size give the same', async (name) => {
  const element = elements[name];
  const bytes = Uint8Array.from({ length: 40 * element.bytes }, (_, i) => (element.bytes === 8 ? Number(i % 8 < 2) : i * 37)); // prettier-ignore
  if (name === 'uint32') for (let i = 3; i < bytes.length; i += 4) bytes[i] = 0;
  for (const littleEndian of name === 'int64' || name === 'uint64' || name === 'uint32' ? [true] : [true, false]) {
    const read = (piece?: number) =>
      readValues(bytesSource('test', bytes), element.bytes, 39, { element, littleEndian }, 'test', piece);
    const whole = await read();
    for (const piece of [1, 7, 16, 24]) expect(await read(piece)).toEqual(whole);
  }
});

it.each(['float32', 'float16', 'float64', 'bfloat16', 'int32', 'bool'] as const)(
  '%s is written in pieces of any size as in one',
  async (name) => {
    const values = Float32Array.from({ length: 41 }, (_, i) => i % 2);
    const write = async (piece?: number) => {
      const parts: Uint8Array[] = [];
      await writeValues(values, name, async (bytes) => void parts.push(bytes), piece);
      return [parts.length, Buffer.concat(parts).toString('hex')];
    };
    const [, whole] = await write();
    for (const piece of [1, 8, 100])
      expect(await write(piece)).toEqual([
        Math.ceil(41 / Math.max(1, Math.floor(piece / elements[name].bytes))),
        whole,
      ]);
  },
);

it('what fails while it is written leaves the old file and no other', async () => {
  const path = join(folder, 'kept.bin');
  writeFileSync(path, 'old');
  const failing = writeFile('test', path, async (sink) => {
    await sink(Buffer.from('new'));
    throw new StateError('the disk is full');
  });
  await expect(failing).rejects.toThrow('the disk is full');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
});

it('what is saved are the values at the call, and two saves at once do not mix', async () => {
  const path = join(folder, 'x.safetensors');
  const x = tensor([1, 2]);
  const first = saveSafetensors(path, { x });
  x.assign(tensor([3, 4]));
  await first;
  const file = await openSafetensors(path);
  expect(await (await file.tensor('x')).toArray()).toEqual([1, 2]);
  await file.close();
  await Promise.all([saveSafetensors(path, { x }), saveSafetensors(path, { x })]);
});

it.each([
  [() => saveSafetensors('x', { x: 3 as never }), "saveSafetensors: 'x' is no tensor but 3"],
  [() => saveSafetensors('x', tensor(1) as never), 'takes tensors by name'],
  [() => saveSafetensors('', {}), 'takes the path of a file first, not an empty text'],
  [() => saveSafetensors('x', {}, { dtyp: 'float16' } as never), "there is no option 'dtyp'; did you mean 'dtype'?"],
  [() => saveSafetensors('x', {}, { dtype: 'int8' as never }), 'dtype must be float32, float16, bfloat16, float64, not "int8"'], // prettier-ignore
  [() => saveSafetensors('x', {}, { metadata: { epochs: 3 as never } }), "metadata 'epochs' must be a text, not 3"],
  [() => saveSafetensors('x', { __metadata__: tensor(1) }), "'__metadata__' cannot name a tensor"],
  [() => openSafetensors(3 as never), 'takes the path of a file, its bytes as a Uint8Array, or a Blob; not 3'],
])('wrong use: %#', async (use, message) => {
  await expect(use()).rejects.toThrow(message);
  await expect(use()).rejects.toThrow(ValueError);
});
