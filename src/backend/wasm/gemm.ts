import type { Triangle } from '../../kernels/kernels';
import { argument, argumentCount } from './gemm-arguments';
import { blockOf, deepestBlock, gemmModule, tilesAtOnce } from './gemm-kernels';
import { leftWays, type LeftWay } from './gemm-reading';
import { tile } from './gemm-tiles';
import { boundsOf } from './gemm-triangle';
import { mostThreads, type EngineMemory } from './memory';
import { offsets, OffsetTables } from './offset-tables';
import type { Pool, SharedFunction } from './pool';
import { worthSharing } from './worth-sharing';

/** One factor of a product: where it begins, and tables of how far its lines (rows of a, columns of b) and their elements are. */
export interface Factor {
  readonly address: number;
  readonly lines: number;
  readonly steps: number;
}

/** The row-major [m, n] at `c` is a times b; k, the size that they share, is at least 1. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** See `tileRowsFor`. */
  readonly tileRows: number;
  readonly leftWay: LeftWay;
  /** See `isTouchedFirst`. */
  readonly touches: boolean;
  readonly triangle?: Triangle;
  readonly a: Factor;
  readonly b: Factor;
  readonly c: number;
}

/** Columns that are read where they lie: as `Runs`, its table of results in the engine's memory; b's lines are in that order. */
export interface RunsInMemory {
  readonly results: number;
  readonly direct: number;
}

/** Panels of B pass through the first level of the cache, those of A stay in the second. */
const columnBlock = 1024;
/** How many elements of B are packed at most before rows are multiplied, and by one thread for itself. */
const mostPacked = 2 ** 20;
const mostOwn = 2 ** 18;

const whole = (count: number, width: number): number => Math.ceil(count / width) * width;

/** The packed matrix product, of factors that lie in memory in whichever way. */
export class Gemm {
  readonly #pack: SharedFunction;
  readonly #multiply: SharedFunction;
  readonly #batch: SharedFunction;
  readonly #runs: SharedFunction;
  readonly #args: number;
  readonly #tile = tile();
  readonly tables: OffsetTables;

  constructor(
    private readonly memory: EngineMemory,
    private readonly pool: Pool,
  ) {
    const bytes = gemmModule(memory.isShared);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { engine: { memory: memory.memory } });
    const module = { bytes, id: -1 };
    const named = (index: number): SharedFunction => ({
      module,
      index,
      call: exports[index] as SharedFunction['call'],
    });
    [this.#pack, this.#multiply, this.#batch, this.#runs] = [named(0), named(1), named(2), named(3)];
    this.#args = memory.allocate(4 * argumentCount, 'arguments of a matrix product');
    this.tables = new OffsetTables(memory);
    this.#layOut();
  }

  #layOut(): void {
    const { memory } = this;
    const { rows, columns } = this.#tile;
    const [panels, scratch] = [4 * deepestBlock * tilesAtOnce() * rows, 4 * rows * columns];
    const perThread = panels + 64 * Math.ceil(scratch / 64);
    const threads = this.memory.isShared ? mostThreads : 1;
    const packedA = this.memory.allocate(threads * perThread, 'packed rows of a matrix product');
    this.#set({ perThread, packedA, scratch: packedA + panels });
    this.#set({ packedB: this.memory.allocate(4 * mostPacked, 'packed columns of a matrix product') });
    const own = 64 * Math.ceil(argumentCount / 16);
    const ownBytes = own + 4 * mostOwn;
    const first = this.memory.allocate(threads * ownBytes, 'columns that each thread packs for itself');
    this.#set({ own: first, ownPackedB: first + own, ownBytes });
    const table = (size: number, stride: number, what: string): number => {
      const address = memory.allocate(4 * size, what);
      memory.ints.set(offsets([{ size, stride }]), address / 4);
      return address;
    };
    this.#set({ panelSteps: table(deepestBlock, columns, 'steps along packed columns') });
    this.#set({ neighbours: table(columns, 1, 'steps along results') });
  }
  #set(values: { readonly [name in keyof typeof argument]?: number }): void {
    const { ints } = this.memory;
    for (const name in values)
      ints[this.#args / 4 + argument[name as keyof typeof argument]] = values[name as keyof typeof argument]!;
  }

  /** One argument of what is called next: products are too many to go through lists of names. */
  #put(at: number, value: number): void {
    this.memory.ints[this.#args / 4 + at] = value;
  }
  #factors(a: Factor, b: Factor): void {
    this.#put(argument.a, a.address);
    this.#put(argument.aRows, a.lines);
    this.#put(argument.aDepth, a.steps);
    this.#put(argument.b, b.address);
    this.#put(argument.bColumns, b.lines);
    this.#put(argument.bDepth, b.steps);
  }
  #rows({ m, n, k, tileRows, leftWay, touches }: Product): void {
    this.#put(argument.rows, m);
    this.#put(argument.block, blockOf(k));
    this.#put(argument.cRow, 4 * n);
    this.#put(argument.tileRows, tileRows);
    this.#put(argument.leftWay, leftWays[leftWay]);
    this.#put(argument.touches, Number(touches));
  }
  #bounds({ triangle }: Product, before: { readonly columns: number; readonly depth: number }): void {
    this.#put(argument.isTriangle, Number(triangle !== undefined));
    if (triangle !== undefined) this.#set(boundsOf(triangle, before, this.#tile.columns));
  }

  run(product: Product): void {
    const { m, n, k, tileRows, a, b, c } = product;
    const shares = m * n * k >= worthSharing.multiplications ? this.pool.threads : 1;
    const block = blockOf(k);
    this.#factors(a, b);
    this.#rows(product);
    this.#put(argument.sharesA, 0);
    this.#put(argument.hasA, 0);
    for (let j = 0; j < n; j += columnBlock) {
      const columns = Math.min(columnBlock, n - j);
      const panels = Math.ceil(columns / this.#tile.columns);
      // alone, columns are multiplied by while they are in the cache; each job that is shared takes time to begin
      const deepest = shares === 1 ? block : block * Math.floor(mostPacked / (block * panels * this.#tile.columns));
      this.#put(argument.columns, columns);
      this.#put(argument.c, c + 4 * j);
      this.#put(argument.bColumns, b.lines + 4 * j);
      for (let p = 0; p < k; p += deepest) {
        const depth = Math.min(deepest, k - p);
        this.#put(argument.depth, depth);
        this.#put(argument.adds, Number(p > 0));
        this.#put(argument.aDepth, a.steps + 4 * p);
        this.#put(argument.bDepth, b.steps + 4 * p);
        this.#bounds(product, { columns: j, depth: p });
        this.#share(this.#pack, panels, columns * depth < worthSharing.packed ? 1 : shares);
        this.#share(this.#multiply, Math.ceil(m / tileRows), shares);
      }
    }
  }

  /** Whether products of that size can be done by one thread each. */
  fitsOwn(n: number, k: number): boolean {
    return n <= columnBlock && k * whole(n, this.#tile.columns) <= mostOwn;
  }

  /** `count` products as large as this one, which fit: at `list` stand three words for each, how far its factors and its result are. */
  runBatch(
    product: Product,
    {
      count,
      list,
      runs,
      isLeftShared,
    }: { count: number; list: number; runs: RunsInMemory | null; isLeftShared: boolean },
  ): void {
    const { m, n, k, tileRows, a, b, c } = product;
    const panels = Math.ceil(m / tileRows);
    const staysPacked = panels <= tilesAtOnce() && panels * k <= tilesAtOnce() * deepestBlock;
    this.#factors(a, b);
    this.#rows(product);
    this.#put(argument.columns, n);
    this.#put(argument.depth, k);
    this.#put(argument.adds, 0);
    this.#put(argument.batch, list);
    this.#put(argument.c, c);
    this.#put(argument.runs, runs?.results ?? 0);
    this.#put(argument.direct, runs?.direct ?? 0);
    this.#put(argument.sharesA, Number(isLeftShared && staysPacked));
    this.#put(argument.hasA, 0);
    this.#bounds(product, { columns: 0, depth: 0 });
    const batch = runs ? this.#runs : this.#batch;
    const isWorthIt = count * m * n * k >= worthSharing.multiplications;
    if (isWorthIt) this.pool.share(batch, this.#args, count);
    else batch.call(this.#args, 0, count, 0);
  }

  #share(fn: SharedFunction, units: number, threads: number): void {
    if (threads === 1 || units < 2) fn.call(this.#args, 0, units, 0);
    else this.pool.run(fn, this.#args, units, Math.min(units, 2 * threads));
  }
}
