import { evaluateSync, tensor, type Tensor } from 'decograd';
import { Random } from '../steps/fuzz/random';

/** Axes whose lengths divide by four or do not, are short or long, and may repeat by broadcasting. */
const sizes = [1, 2, 3, 4, 5, 7, 16, 33, 100];
const spaces = 3;
/** Programs stay small: so many elements would two factors have that share no axis. */
const largest = 2 ** 22;

/** One program: leaves of one space, some of them broadcast along axes, and what is computed of them. */
export class Program {
  readonly #random: Random;
  readonly #dims: readonly number[];
  readonly values: Tensor[];

  constructor(seed: number) {
    this.#random = new Random(seed);
    const rank = 1 + this.#random.below(spaces);
    this.#dims = Array.from({ length: rank }, () => this.#random.pick(sizes));
    this.values = Array.from({ length: 3 }, () => this.#leaf());
  }

  #leaf(): Tensor {
    const dims = this.#dims.map((size) => (this.#random.chance(0.5) ? 1 : size));
    const skip = this.#random.chance(0.2) ? this.#random.below(dims.length) : 0;
    const own = dims.slice(skip);
    const count = own.reduce((a, b) => a * b, 1);
    return tensor([...this.#random.numbers(count)]).reshape(own) as Tensor;
  }

  /** One more value, of those that are there. */
  grow(): Tensor {
    const { values } = this;
    const [x, y] = [this.#random.pick(values), this.#random.pick(values.slice(-3))];
    const value = this.#random.chance(0.5) ? this.#joined(x, y) : this.#changed(y);
    values.push(value);
    return value;
  }

  /** The two by an elementwise operation; where they do not broadcast, the sum of one with the other's mean. */
  #joined(x: Tensor, y: Tensor): Tensor {
    const name = this.#random.pick(['add', 'sub', 'mul', 'maximum', 'minimum'] as const);
    const [a, b] = [[...x.shape].reverse(), [...y.shape].reverse()];
    const fits = a.every((size, i) => size === 1 || (b[i] ?? 1) === 1 || size === b[i]) && x.size * y.size < largest;
    return x[name](fits ? y : (y.mean() as Tensor)) as Tensor;
  }

  #shuffled(count: number): number[] {
    const list: number[] = [];
    for (let i = 0; i < count; i++) list.splice(this.#random.below(i + 1), 0, i);
    return list;
  }

  #changed(x: Tensor): Tensor {
    const rank = x.shape.length;
    const axis = this.#random.below(Math.max(rank, 1));
    const squashed = () => x.tanh() as Tensor;
    switch (this.#random.below(rank === 0 ? 2 : 9)) {
      case 0:
        return squashed();
      case 1:
        return x.mul(0.25).exp() as Tensor;
      case 2:
        return x.sum(this.#shuffled(rank).slice(this.#random.below(rank)), true) as Tensor;
      case 3:
        return x.mean(axis, this.#random.chance(0.5)) as Tensor;
      case 4:
        return this.#random.chance(0.5) ? (x.max(axis) as Tensor) : (x.sum() as Tensor);
      case 5:
        return x.reshape(this.#random.chance(0.5) ? [x.size] : [...x.shape, 1]) as Tensor;
      case 6:
        return rank > 1 ? (x.permute(this.#shuffled(rank)) as Tensor) : squashed();
      case 7:
        return x.softmax(axis) as Tensor;
      default:
        return x.expand(x.shape.map((size, i) => (size === 1 ? (this.#dims[i] ?? 3) : size))).add(1) as Tensor;
    }
  }
}

/** The bits of all that the program of this seed computes, evaluated at the end only, or after every operation. */
export function bitsOf(seed: number, operations: number, eachTime: boolean): Buffer[] {
  const program = new Program(seed);
  for (let i = 0; i < operations; i++) {
    const value = program.grow();
    if (eachTime) evaluateSync([value]);
  }
  const few = program.values.slice(-3); // so that the rest is nobody's and can be fused away
  evaluateSync(few);
  return few.map((value) => Buffer.from(Float32Array.from(value.dataSync()).buffer));
}
