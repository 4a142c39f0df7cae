/** How large MNIST's images are, and their digits within. */
const [side, room] = [28, 20];

/** Ink from 0 to 1, row by row. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A drawing as an image of MNIST: shrunk so that the digit just fits 20 x 20, then put with its centre of mass at pixel
 * 14, counted from 0, of 28 x 28 (http://yann.lecun.com/exdb/mnist). Null where nothing is drawn.
 */
export function mnistImage(drawing: Ink): Float32Array | null {
  const box = boxOf(drawing);
  if (box === null) return null;
  const digit = shrunk(drawing, box);
  const [x, y] = centreOf(digit).map((centre) => Math.round(side / 2 - centre));
  const image = new Float32Array(side * side);
  for (let row = 0; row < digit.height; row++)
    for (let column = 0; column < digit.width; column++) {
      const [atX, atY] = [x + column, y + row];
      if (atX < 0 || atX >= side || atY < 0 || atY >= side) continue;
      image[atY * side + atX] = digit.values[row * digit.width + column];
    }
  return image;
}

/** What surrounds the ink closely. */
function boxOf({ width, values }: Ink): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  values.forEach((ink, i) => {
    if (ink === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  });
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** What is in the box, its longer side as long as a digit's; each pixel is the mean of what it covers. */
function shrunk(drawing: Ink, { left, top, ...box }: Box): Ink {
  const scale = Math.max(box.width, box.height) / room;
  const [width, height] = [box.width, box.height].map((length) => Math.max(1, Math.round(length / scale)));
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) values[y * width + x] = mean(drawing, left + x * scale, top + y * scale, scale);
  return { width, height, values };
}

/** Of a square whose edges may lie within pixels. */
function mean({ width, height, values }: Ink, left: number, top: number, size: number): number {
  const cover = (at: number, from: number) => Math.min(at + 1, from + size) - Math.max(at, from);
  let sum = 0;
  for (let y = Math.floor(top); y < Math.min(height, top + size); y++)
    for (let x = Math.floor(left); x < Math.min(width, left + size); x++)
      sum += values[y * width + x] * cover(x, left) * cover(y, top);
  return sum / size ** 2;
}

/** The pixel where it would balance, counted from 0, with a fraction. */
function centreOf({ width, values }: Ink): readonly [x: number, y: number] {
  let [x, y, total] = [0, 0, 0];
  values.forEach((ink, i) => {
    x += ink * (i % width);
    y += ink * Math.floor(i / width);
    total += ink;
  });
  return [x / total, y / total];
}
