import { device, tensor } from '../../../src';
import type { GpuBackend } from '../../../src/backend/gpu';
import { backendOf } from '../../../src/plan';

/** More numbers than 181 squared and than 2^15, from where on gpu.js has another precision unless it is told. */
const lengths = [33_000, 300_000];
const side = 256;

/** Small whole numbers, of which every sum and product here is exact in float32. */
const whole = (length: number) => Float32Array.from({ length }, (_, i) => ((i * 7 + (i >> 8)) % 17) - 8);
/** The last bits of a number with many, which a lower precision loses. */
const fine = (length: number) => Float32Array.from({ length }, (_, i) => 1 + i * 2 ** -20);
const ints = (length: number) => Int32Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1));

/** How many numbers come back, and how many of them are others than they are to be. */
export async function sizes(name: string) {
  await device(name);
  const reports = [];
  for (const length of lengths)
    reports.push({ length, moved: await moved(name, fine(length)), ...(await computed(length)) });
  return { lengths: reports, product: await product() };
}

async function moved(name: string, values: Float32Array) {
  const { device } = backendOf(name) as GpuBackend;
  const block = device.upload(values);
  const back = await device.download(block);
  device.give(block);
  return compared(back, values);
}

async function computed(length: number) {
  const [x, f, n] = [whole(length), fine(length), ints(length)];
  return {
    doubled: compared(
      await tensor(f).mul(2).data(),
      f.map((value) => 2 * value),
    ),
    integers: compared(
      await tensor(n).add(1).data(),
      n.map((value) => (value + 1) | 0),
    ),
    sum: compared(await tensor(x).sum().data(), [x.reduce((sum, value) => sum + value, 0)]),
  };
}

async function product() {
  const a = whole(side * side);
  const b = a.map((value, i) => value - (i % 3));
  const square = (data: Float32Array) => tensor(data, { shape: [side, side] });
  const wanted = Float32Array.from(a, (_, place) => {
    const [row, column] = [Math.floor(place / side), place % side];
    let sum = 0;
    for (let k = 0; k < side; k++) sum += a[row * side + k] * b[k * side + column];
    return sum;
  });
  return compared(await square(a).matmul(square(b)).data(), wanted);
}

function compared(found: ArrayLike<number>, wanted: ArrayLike<number>) {
  const wrong = Array.from(wanted, (value, i) => found[i] !== value).filter(Boolean).length;
  return { count: found.length, wrong };
}
