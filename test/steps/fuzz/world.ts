import type * as Decograd from 'decograd';
import type { Tensor } from 'decograd';
import { expect } from 'vitest';
import { Value } from './eager';
import { Entry, Ledger, type Box, type Leaf } from './ledger';
import { Random } from './random';

export interface Settings {
  readonly decograd: typeof Decograd;
  /** The largest difference let through, relative to the largest element. */
  readonly tolerance: number;
  /** How many times as long all axes are as the smallest that will do. Default 1. */
  readonly size?: number;
  /** Whether to evaluate at odd moments too. */
  readonly force?: boolean;
  /** Whether all evaluations succeed. */
  readonly safe?: boolean;
}

/** Something that was read, or where the values are null, something that the library refused; and when. */
export interface Read {
  readonly at: number;
  readonly values: readonly number[] | null;
}

/** The library and the oracle side by side, each with its own copy of everything. */
export class World {
  random: Random;
  readonly ledger = new Ledger();
  /** Three parameters and a buffer. */
  readonly boxes: Box[];
  /** What operations may read, oldest first. */
  readonly pool: Entry[] = [];
  readonly reads: Read[] = [];
  /** What was done, to be shown when something is wrong. */
  readonly trace: string[] = [];
  /** Forwards and noGrad blocks around what is going on, and forwards alone. */
  depth = 0;
  forwards = 0;
  /** Whether something waits that will be found wrong when it is computed. */
  doomed = false;
  readonly block: { forward(fn: () => unknown): unknown };
  /** Any tensor: evaluating it evaluates all that waits. */
  private readonly anchor: Tensor;

  constructor(
    seed: number,
    readonly settings: Settings,
  ) {
    const { decograd } = settings;
    this.random = new Random(seed);
    this.anchor = decograd.tensor([0]);
    this.boxes = [[2, 3], [3, 2], [3]].map((dims) => this.makeBox(dims, true));
    this.boxes.push(this.makeBox([3], false));
    for (const dims of [[2, 3], [3], [3, 3], [], [4]]) this.pool.push(this.makeData(dims));
    this.pool.push(this.makeConstant([3]));
    const Block = decograd.module(
      class Block extends decograd.Module {
        forward(fn: () => unknown): unknown {
          return fn();
        }
      },
    );
    this.block = new Block();
  }

  private makeValue(smallest: readonly number[]): Value {
    const dims = smallest.map((dim) => dim * (this.settings.size ?? 1));
    return new Value(this.random.numbers(dims.reduce((a, b) => a * b, 1)), dims);
  }
  private makeBox(dims: readonly number[], trains: boolean): Box {
    const { decograd } = this.settings;
    const value = this.makeValue(dims);
    // one is made of creation alone, and so is not computed before it is needed
    const isDeferred = dims[0] === 2;
    if (isDeferred) value.data.fill(0.75);
    const first = isDeferred
      ? decograd.full(value.dims, 0.75)
      : decograd.tensor(value.data, { shape: value.dims, dtype: 'float32' });
    const tensor = (trains ? new decograd.Parameter(first) : new decograd.Buffer(first)) as Tensor;
    const entry = new Entry(value, null, [], []);
    const box: Box = { tensor, current: entry, committed: entry, grad: null, tracks: trains };
    [entry.box, value.requiresGrad, value.leaf] = [box, trains, trains ? box : null];
    this.ledger.entries.set(value, entry);
    return box;
  }
  /** A leaf that a caller gives as an array, which he then goes on to use for something else. */
  private makeData(dims: readonly number[]): Entry {
    const value = this.makeValue(dims);
    const requiresGrad = this.random.chance(0.3);
    const array = Float32Array.from(value.data);
    const entry = new Entry(value, this.settings.decograd.tensor(array, { shape: value.dims, requiresGrad }), [], []);
    array.fill(NaN);
    if (requiresGrad) makeLeaf(entry);
    return this.ledger.given(entry);
  }

  private makeConstant(dims: readonly number[]): Entry {
    const value = this.makeValue(dims);
    value.data.fill(-0.5);
    return this.ledger.given(new Entry(value, this.settings.decograd.full(value.dims, -0.5), [], []));
  }

  /** An operand: of the pool, or a parameter or buffer as it is now. */
  operand(): Entry {
    if (this.random.chance(0.3)) return this.random.pick(this.boxes).current;
    return this.pool[Math.floor(this.pool.length * Math.sqrt(this.random.next()))];
  }
  /** The library's handle; null where there is none any more. */
  tensorOf({ box, tensor, value }: Entry): Tensor | null {
    return box === null ? tensor : box.current.value === value ? box.tensor : null;
  }

  note(...what: readonly unknown[]): void {
    const text = (x: unknown) => (x instanceof Entry ? this.nameOf(x) : JSON.stringify(x));
    this.trace.push(`${'  '.repeat(this.depth)}${what.map((x) => (typeof x === 'string' ? x : text(x))).join(' ')}`);
  }
  private readonly names = new Map<Entry, string>();
  private nameOf(entry: Entry): string {
    const kind = entry.box === null ? 'x' : `box${this.boxes.indexOf(entry.box)}.`;
    if (!this.names.has(entry)) this.names.set(entry, `${kind}${this.names.size}`);
    return this.names.get(entry)!;
  }

  /** Does what the library may refuse only where `may` says so; whether it did it. */
  attempt(may: boolean, fn: () => void): boolean {
    try {
      fn();
      return true;
    } catch (error) {
      if (!(error instanceof this.settings.decograd.StaleError)) throw error;
      expect(may, `refused what can be computed: ${error.message}`).toBe(true);
      this.note('refused');
      this.refused();
      return false;
    }
  }

  refused(): void {
    this.reads.push({ at: this.trace.length, values: null });
  }

  /** An evaluation: it fails where something doomed waits; whether it did not. */
  evaluation(fn: () => void, roots: readonly Entry[] = []): boolean {
    if (!this.doomed) {
      fn();
      this.ledger.evaluated(roots);
      return true;
    }
    try {
      fn();
    } catch (error) {
      if (!(error instanceof this.settings.decograd.IndexError)) throw error;
      this.note('failed');
      this.ledger.failed();
      return (this.doomed = false);
    }
    throw new Error('what is doomed was computed');
  }
  /** Evaluates all that waits. */
  flush(): void {
    this.evaluation(() => this.settings.decograd.evaluateSync([this.anchor]));
  }

  /** Compares a value that was read with what it must be. */
  check({ value }: Entry, got: ArrayLike<number>): void {
    const size = value.data.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
    const wrong = value.data.findIndex((v, i) => !(Math.abs(v - got[i]) <= this.settings.tolerance * size));
    if (wrong >= 0 || got.length !== value.size)
      throw new Error(`element ${wrong} is ${got[wrong]} and must be ${value.data[wrong]}`);
    this.reads.push({ at: this.trace.length, values: Array.from(got) });
  }
}

/** Makes the entry's value a leaf: gradients collect at its tensor. */
export function makeLeaf({ value, tensor }: Entry): void {
  const leaf: Leaf = { tensor: tensor!, grad: null, tracks: true };
  [value.leaf, value.requiresGrad] = [leaf, true];
}
