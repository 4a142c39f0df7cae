import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { DataLoader, decodeImage, ImageFolder, IndexError, ShapeError, ValueError, type Channels } from 'decograd';
import fixtures from '../fixtures/data-files.json';

const bytesOf = (name: string) => Buffer.from(fixtures.images.find((image) => image.name === name)!.base64, 'base64');
const channelsOf: Record<string, Channels> = { L: 1, 'I;16': 1, RGB: 3, RGBA: 4 };

describe('decodeImage', () => {
  const cases = fixtures.images.flatMap(({ name, base64, read }) =>
    read.map((wanted) => ({ name, base64, ...wanted })),
  );
  it.each(cases)('reads $name as $mode, as Pillow does', async ({ name, base64, mode, shape, values }) => {
    const image = await decodeImage(Buffer.from(base64, 'base64'), { channels: channelsOf[mode] });
    expect([image.dtype, image.shape]).toEqual(['float32', shape]);
    const most = mode === 'I;16' ? 65535 : 255;
    const levels = Array.from(image.dataSync(), (value) => Math.round(value * most));
    if (!name.includes('jpeg')) return expect(levels).toEqual(values);
    // JPEG lets decoders round the inverse transform either way: one level in brightness and in each difference of colour,
    // of which the blue one counts 1.772 times: 1 + 1.772 and a rounding are at most 3 levels. On average there is no shift.
    const off = levels.map((level, i) => level - values[i]!);
    expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(name === 'grey jpeg' ? 1 : 3);
    expect(Math.abs(off.reduce((a, b) => a + b) / off.length)).toBeLessThan(0.5);
  });

  it('takes damaged bytes as an error of its own, or as an image of the right size', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...fixtures.images.map(({ name }) => name)), fc.nat(), fc.nat(255), fc.boolean(), async (name, at, byte, isCut) => {
        const bytes = Uint8Array.from(bytesOf(name));
        if (!isCut) bytes[at % bytes.length]! ^= byte;
        const given = isCut ? bytes.subarray(0, at % bytes.length) : bytes;
        try {
          const image = await decodeImage(given, { channels: 3 });
          expect(image.shape.length).toBe(3);
          expect(Array.from(image.dataSync()).every((value) => value >= 0 && value <= 1)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ValueError);
        }
      }),
      { numRuns: 400, examples: [] },
    )); // prettier-ignore

  it.each(['rgb', 'jpeg', 'interlaced'])('refuses %s when its second half is missing', async (name) => {
    const bytes = bytesOf(name);
    await expect(decodeImage(bytes.subarray(0, bytes.length / 2))).rejects.toThrow(/image is damaged/);
  });
  it('refuses what is no image, and other channels', async () => {
    await expect(decodeImage(Uint8Array.of(1, 2, 3))).rejects.toThrow(/neither a PNG nor a JPEG/);
    await expect(decodeImage(bytesOf('rgb'), { channels: 2 as never })).rejects.toThrow(
      /channels must be 1, 3 or 4, not 2/,
    );
    await expect(decodeImage(bytesOf('rgb'), { mode: 'L' } as object)).rejects.toThrow(/no option 'mode'/);
  });
});

describe('ImageFolder', () => {
  const root = mkdtempSync(join(tmpdir(), 'decograd-images-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const put = (path: string, bytes: string | Uint8Array) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
    return join(root, path);
  };
  put('good/dog/b.png', bytesOf('grey'));
  put('good/dog/a/9.JPG', bytesOf('grey jpeg'));
  put('good/Cat/10.png', bytesOf('one bit'));
  put('good/Cat/9.png', bytesOf('grey'));
  put('good/Cat/notes.txt', 'not an image');
  put('good/readme.txt', 'not a class');
  put('other/rat/1.jpeg', bytesOf('jpeg'));
  symlinkSync(join(root, 'other/rat'), join(root, 'good/rat'));

  it("lists as torchvision's does: classes sorted, files sorted, in folders below too", async () => {
    const folder = await ImageFolder.open(join(root, 'good'), { channels: 1 });
    expect(folder.classes).toEqual(['Cat', 'dog', 'rat']);
    const below = folder.samples.map(([file, label]) => [file.slice(root.length + 6), label]);
    expect(below).toEqual([['Cat/10.png', 0], ['Cat/9.png', 0], ['dog/b.png', 1], ['dog/a/9.JPG', 1], ['rat/1.jpeg', 2]]); // prettier-ignore
    expect(folder.targets).toEqual([0, 0, 1, 1, 2]);
    const [image, label] = folder.get(1);
    expect([image.shape, label]).toEqual([[1, 6, 11], 0]);
    const [batch] = [...new DataLoader<any>(folder, { batchSize: 4 })];
    expect([batch[0].shape, await batch[1].toArray()]).toEqual([
      [4, 1, 6, 11],
      [0, 0, 1, 1],
    ]);
    expect(() => [...new DataLoader<any>(folder, { batchSize: 5 })]).toThrow(ShapeError);
    expect(() => folder.get(5)).toThrow(IndexError);
  });

  it('names the file that is damaged, gone, or no image', async () => {
    const bad = [
      put('bad/a/1.png', bytesOf('rgb').subarray(0, 60)),
      put('bad/a/2.png', 'text'),
      put('bad/a/3.png', ''),
    ];
    const folder = await ImageFolder.open(join(root, 'bad'));
    expect(() => folder.get(0)).toThrow(`ImageFolder: ${bad[0]}: this PNG image is damaged`);
    expect(() => folder.get(1)).toThrow(`ImageFolder: ${bad[1]}: this is neither`);
    rmSync(bad[2]!);
    expect(() => folder.get(2)).toThrow(`ImageFolder: there is no ${bad[2]}`);
    for (const index of [0, 1, 2]) expect(() => folder.get(index)).toThrow(ValueError);
  });

  it('refuses folders that are none, or hold no classes or images, or images it cannot read', async () => {
    put('flat/1.png', bytesOf('rgb'));
    put('empty/a/x.txt', '');
    put('bmp/a/1.png', bytesOf('rgb'));
    const bmp = put('bmp/a/2.bmp', '');
    const open = (name: string, options?: object) => ImageFolder.open(join(root, name), options);
    await expect(open('none')).rejects.toThrow(/there is no .*none/);
    await expect(open('flat')).rejects.toThrow(/there is no folder in .*; images stand in one folder for each class/);
    await expect(open('empty')).rejects.toThrow(/there is no image in .*empty\/a; known are \.png/);
    await expect(open('bmp')).rejects.toThrow(`${bmp} is of a kind that is not read`);
    await expect(open('good', { channels: 5 })).rejects.toThrow(/channels must be 1, 3 or 4, not 5/);
    await expect(open('good', { chanels: 3 })).rejects.toThrow(/did you mean 'channels'/);
  });
});
