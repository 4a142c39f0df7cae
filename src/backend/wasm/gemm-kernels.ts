import { assemble } from './assemble';
import { hasMultiplyAdd } from './features';
import { FunctionBuilder } from './function-builder';

/**
 * The pieces of the packed matrix product (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication").
 * A tile of `rows` by `columns` sums is held in registers: 6 by 8 uses the engine's fifteen free vector registers exactly,
 * where multiply-add is one instruction; a product in a register of its own leaves room for 4 by 8.
 */
export const tile = () => ({ rows: hasMultiplyAdd() ? 6 : 4, columns: 8 });

export interface GemmKernels {
  /** Panels of `rows` of A side by side: for each k the panel's values. Strides in bytes: along the panel and along k. */
  packRows(source: number, across: number, along: number, count: number, depth: number, target: number): void;
  packColumns(source: number, across: number, along: number, count: number, depth: number, target: number): void;
  /** C (row stride in bytes) = or += the product of packed A and packed B; `scratch` holds one tile. */
  multiply(
    rows: number,
    columns: number,
    depth: number,
    a: number,
    b: number,
    c: number,
    stride: number,
    adds: number,
    scratch: number,
  ): void;
}

export function compileGemm(memory: WebAssembly.Memory): GemmKernels {
  const { rows, columns } = tile();
  const module = new WebAssembly.Module(assemble([packFunction(rows), packFunction(columns), multiplyFunction()]));
  const [packRows, packColumns, multiply] = Object.values(
    new WebAssembly.Instance(module, { engine: { memory } }).exports,
  );
  return { packRows, packColumns, multiply } as unknown as GemmKernels;
}

/** One register tile. Unrolling over k makes V8 regroup the multiply-adds and spill, so the loop is left as it is. */
function tileFunction(): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [depth, a, b, c, stride, adds] = [0, 1, 2, 3, 4, 5];
  const { rows, columns } = tile();
  const vectors = Array.from({ length: columns / 4 }, (_, j) => j);
  const sums = Array.from({ length: rows }, () => vectors.map(() => f.local('v128')));
  const right = vectors.map(() => f.local('v128'));
  const left = f.local('v128');
  f.repeatIf(depth, () => {
    right.forEach((local, j) =>
      f
        .get(b)
        .memory('v128.load', 16 * j)
        .set(local),
    );
    sums.forEach((row, i) => {
      f.get(a)
        .memory('v128.load32_splat', 4 * i)
        .set(left);
      row.forEach((sum, j) => multiplyAdd(f, left, right[j], sum));
    });
    f.increase(a, 4 * rows).increase(b, 4 * columns);
    f.get(depth).i32(1).op('i32.sub').tee(depth);
  });
  const store = (before: (j: number) => void, after: () => void): void =>
    sums.forEach((row) => {
      row.forEach((sum, j) => {
        f.get(c);
        before(j);
        f.get(sum);
        after();
        f.memory('v128.store', 16 * j);
      });
      f.get(c).get(stride).op('i32.add').set(c);
    });
  f.get(adds).when(
    () => store((j) => f.get(c).memory('v128.load', 16 * j), () => f.op('f32x4.add')), // prettier-ignore
    () => store(() => undefined, () => undefined), // prettier-ignore
  );
  return f;
}

function multiplyAdd(f: FunctionBuilder, a: number, b: number, sum: number): void {
  if (hasMultiplyAdd()) f.get(a).get(b).get(sum).op('f32x4.relaxed_madd').set(sum);
  else f.get(sum).get(a).get(b).op('f32x4.mul').op('f32x4.add').set(sum);
}

/** All tiles of a block of C; those that stick out at the edges are computed into the scratch tile and copied. */
function multiplyFunction(): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 9 }, () => 'i32' as const));
  const [rows, columns, depth, a, b, c, stride, adds, scratch] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [height, width] = [tile().rows, tile().columns];
  const [column, row, panel, corner] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const inner = tileFunction();
  f.get(columns).set(column);
  f.repeat(() => {
    f.get(rows).set(row).get(a).set(panel).get(c).set(corner);
    f.repeat(() => {
      f.get(row).i32(height).op('i32.ge_s').get(column).i32(width).op('i32.ge_s').op('i32.and');
      f.when(
        () => f.get(depth).get(panel).get(b).get(corner).get(stride).get(adds).call(inner),
        () => {
          f.get(depth).get(panel).get(b).get(scratch).i32(4 * width).i32(0).call(inner); // prettier-ignore
          f.get(scratch).get(corner).get(stride).get(row).get(column).get(adds).call(edgeFunction());
        },
      );
      f.get(panel).get(depth).i32(4 * height).op('i32.mul').op('i32.add').set(panel); // prettier-ignore
      f.get(corner).get(stride).i32(height).op('i32.mul').op('i32.add').set(corner);
      f.get(row).i32(height).op('i32.sub').tee(row).i32(0).op('i32.gt_s');
    });
    f.get(b).get(depth).i32(4 * width).op('i32.mul').op('i32.add').set(b); // prettier-ignore
    f.increase(c, 4 * width);
    f.get(column).i32(width).op('i32.sub').tee(column).i32(0).op('i32.gt_s');
  });
  return f;
}

/** Copies or adds the part of the scratch tile that lies inside C. */
function edgeFunction(): FunctionBuilder {
  const f = new FunctionBuilder(['i32', 'i32', 'i32', 'i32', 'i32', 'i32']);
  const [scratch, corner, stride, rows, columns, adds] = [0, 1, 2, 3, 4, 5];
  const { rows: height, columns: width } = tile();
  const [i, j, from, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  for (const [count, most] of [
    [rows, height],
    [columns, width],
  ] as const)
    f.get(count).i32(most).op('i32.gt_s').when(() => f.i32(most).set(count)); // prettier-ignore
  f.get(rows).set(i);
  f.repeat(() => {
    f.get(scratch).set(from).get(corner).set(to).get(columns).set(j);
    f.repeat(() => {
      f.get(adds).when(
        () => f.get(to).get(to).memory('f32.load').get(from).memory('f32.load').op('f32.add').memory('f32.store'),
        () => f.get(to).get(from).memory('f32.load').memory('f32.store'),
      );
      f.increase(from, 4).increase(to, 4);
      f.get(j).i32(1).op('i32.sub').tee(j);
    });
    f.increase(scratch, 4 * width).get(corner).get(stride).op('i32.add').set(corner); // prettier-ignore
    f.get(i).i32(1).op('i32.sub').tee(i);
  });
  return f;
}

/** Packs panels of `width`; a last one that is not full is filled up with zeros. */
function packFunction(width: number): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 6 }, () => 'i32' as const));
  const [source, across, along, count] = [0, 1, 2, 3]; // then depth and target
  const panel = new PanelPacker(f, width);
  f.repeat(() => {
    f.get(count).i32(width).op('i32.ge_s');
    f.when(
      () =>
        f
          .get(across)
          .i32(4)
          .op('i32.eq')
          .when(
            () => panel.copied(),
            () => f.get(along).i32(4).op('i32.eq').when(() => panel.transposed(), () => panel.gathered()), // prettier-ignore
          ),
      () => panel.partial(),
    );
    f.get(source).get(across).i32(width).op('i32.mul').op('i32.add').set(source);
    f.get(count).i32(width).op('i32.sub').tee(count).i32(0).op('i32.gt_s');
  });
  return f;
}

/** The ways to pack one panel: parameters are those of {@link GemmKernels.packRows}. */
class PanelPacker {
  readonly #at: number;
  readonly #left: number;
  readonly #lane: number;
  readonly #from: number;
  readonly #lines: number[];
  readonly #vectors: number[];

  constructor(
    private readonly f: FunctionBuilder,
    private readonly width: number,
  ) {
    [this.#at, this.#left, this.#lane, this.#from] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    this.#lines = Array.from({ length: width }, () => f.local('i32'));
    this.#vectors = Array.from({ length: 8 }, () => f.local('v128'));
  }

  /** Runs the body for every k, moving source pointers along and the target by a line. */
  #lines4(pointers: readonly number[], body: () => void): void {
    const { f } = this;
    f.repeat(() => {
      body();
      for (const pointer of pointers) f.get(pointer).get(2).op('i32.add').set(pointer);
      f.increase(5, 4 * this.width);
      f.get(this.#left).i32(1).op('i32.sub').tee(this.#left);
    });
  }
  #start(): void {
    this.f.get(0).set(this.#at).get(4).set(this.#left);
  }
  #word(from: number, at: number, offset = 0): void {
    this.f.get(5).get(from).memory('f32.load', offset).memory('f32.store', 4 * at); // prettier-ignore
  }

  /** The panel's values lie side by side. */
  copied(): void {
    const { f, width } = this;
    this.#start();
    this.#lines4([this.#at], () => {
      for (let i = 0; i + 4 <= width; i += 4) f.get(5).get(this.#at).memory('v128.load', 4 * i).memory('v128.store', 4 * i); // prettier-ignore
      for (let i = width - (width % 4); i < width; i++) this.#word(this.#at, i, 4 * i);
    });
  }

  /** Any strides. */
  gathered(): void {
    this.#start();
    this.#setLines();
    this.#lines4(this.#lines, () => this.#lines.forEach((line, i) => this.#word(line, i)));
  }
  #setLines(): void {
    this.#lines.forEach((line, i) => {
      this.f.get(i === 0 ? 0 : this.#lines[i - 1]);
      (i === 0 ? this.f : this.f.get(1).op('i32.add')).set(line);
    });
  }

  /** The values of one line of the panel lie along k: four by four, transposed in registers. */
  transposed(): void {
    const { f, width } = this;
    this.#start();
    this.#setLines();
    f.get(this.#left).i32(4).op('i32.ge_s').when(() => {
      f.repeat(() => {
        for (let i = 0; i + 4 <= width; i += 4) this.#square(i);
        for (let i = width - (width % 4); i < width; i++)
          for (let k = 0; k < 4; k++) f.get(5).get(this.#lines[i]).memory('f32.load', 4 * k).memory('f32.store', 4 * (k * width + i)); // prettier-ignore
        for (const line of this.#lines) f.increase(line, 16);
        f.increase(5, 16 * width);
        f.get(this.#left).i32(4).op('i32.sub').tee(this.#left).i32(4).op('i32.ge_s');
      });
    }); // prettier-ignore
    f.get(this.#left).when(() =>
      this.#lines4(this.#lines, () => this.#lines.forEach((line, i) => this.#word(line, i))),
    );
  }
  #square(at: number): void {
    const { f, width } = this;
    const v = this.#vectors as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 4; i++)
      f.get(this.#lines[at + i])
        .memory('v128.load')
        .set(v[i]);
    f.get(v[0]).get(v[1]).shuffle([0, 4, 1, 5]).set(v[4]).get(v[0]).get(v[1]).shuffle([2, 6, 3, 7]).set(v[5]);
    f.get(v[2]).get(v[3]).shuffle([0, 4, 1, 5]).set(v[6]).get(v[2]).get(v[3]).shuffle([2, 6, 3, 7]).set(v[7]);
    const write = (k: number, x: number, y: number, words: readonly number[]): void =>
      void f.get(5).get(x).get(y).shuffle(words).memory('v128.store', 4 * (k * width + at)); // prettier-ignore
    write(0, v[4], v[6], [0, 1, 4, 5]);
    write(1, v[4], v[6], [2, 3, 6, 7]);
    write(2, v[5], v[7], [0, 1, 4, 5]);
    write(3, v[5], v[7], [2, 3, 6, 7]);
  }

  /** The last panel, `count` wide, filled up with zeros. */
  partial(): void {
    const { f, width } = this;
    this.#start();
    this.#lines4([this.#at], () => {
      for (let i = 0; i < width; i++) f.get(5).f32(0).memory('f32.store', 4 * i); // prettier-ignore
      f.get(this.#at).set(this.#from).i32(0).set(this.#lane);
      f.repeat(() => {
        f.get(5)
          .get(this.#lane)
          .i32(2)
          .op('i32.shl')
          .op('i32.add')
          .get(this.#from)
          .memory('f32.load')
          .memory('f32.store');
        f.get(this.#from).get(1).op('i32.add').set(this.#from);
        f.increase(this.#lane, 1).get(this.#lane).get(3).op('i32.lt_s');
      });
    });
  }
}
