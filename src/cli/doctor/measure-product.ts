import { FaultyDeviceError } from '../../core/errors';
import { recordRun } from '../../profile/recording';
import { evaluate, tensor, withDevice, type Tensor } from '../../tensor';

/** How fast a device multiplies two square matrices of float32. */
export interface ProductFigure {
  /** Rows and columns of each. */
  readonly size: number;
  /** 1e9 floating-point operations per second, a multiplication and an addition being two. */
  readonly gflops: number;
}

/** Powers of two, by which every product is exact; the largest is what gpu.js numbers exactly, and 48 MB for three. */
const [smallest, largest] = [32, 2048];
/** A size is taken if so many products of it fit into what time is left: one that warms up, some that are timed. */
const worthTiming = 4;
/** Milliseconds from which on the wait for one number of the result does not matter. */
const longEnough = 20;
/** Of the time, to warm up and to multiply; the rest is for looking at the result. */
const share = 0.9;

/**
 * The most that the device reached in so many milliseconds, warming up and compiling included.
 * @throws FaultyDeviceError where the product is wrong, or something else computed it
 */
export async function measureProduct(device: string, milliseconds: number): Promise<ProductFigure> {
  const end = performance.now() + share * milliseconds;
  let multiplier = new Multiplier(device, smallest);
  let least = await multiplier.warmUp();
  while (multiplier.size < largest && performance.now() + 8 * least * worthTiming < end) {
    multiplier = new Multiplier(device, 2 * multiplier.size);
    least = await multiplier.warmUp();
  }
  const times = Math.max(1, Math.min(32, Math.floor(longEnough / least)));
  while (performance.now() + times * least < end) least = Math.min(least, await multiplier.run(times));
  await multiplier.check();
  return { size: multiplier.size, gflops: (2 * multiplier.size ** 3) / (least * 1e6) };
}

/** Means of columns that are one number throughout: the product is the right factor, to the last bit. */
class Multiplier {
  readonly #left: Tensor;
  readonly #right: Tensor;
  #product: Tensor;

  constructor(
    readonly device: string,
    readonly size: number,
  ) {
    const shape = [size, size];
    const means = new Float32Array(size * size).fill(1 / size);
    const columns = Float32Array.from(means, (_, i) => i % size);
    [this.#left, this.#right] = withDevice(device, () => [tensor(means, { shape }), tensor(columns, { shape })]);
    this.#product = this.#right;
  }

  /** Multiplies so many times, and tells how many milliseconds one took. */
  async run(times: number): Promise<number> {
    const began = performance.now();
    for (let i = 0; i < times; i++) await evaluate((this.#product = this.#left.matmul(this.#right)));
    await this.#product.select(0, 0).select(0, 0).item(); // a device computes in the order in which it was asked
    return (performance.now() - began) / times;
  }

  /** Runs once to compile and to see who computes, then once to know how long it takes. */
  async warmUp(): Promise<number> {
    const { kernels } = await recordRun(() => this.run(1));
    const other = kernels.find(({ device }) => device !== this.device);
    if (other) throw this.#fault(`ran on ${other.device}`);
    return this.run(1);
  }

  async check(): Promise<void> {
    const off = await this.#product.sub(this.#right).abs().max().item();
    if (off !== 0) throw this.#fault(`is off by ${off}`);
  }

  #fault(what: string): FaultyDeviceError {
    return new FaultyDeviceError(`${this.device}: a product of ${this.size} by ${this.size} ${what}`);
  }
}
