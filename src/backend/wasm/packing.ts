import { FunctionBuilder } from './function-builder';

/**
 * A function of source, strides across and along it in bytes, count, depth and target, which packs panels of `width` values
 * side by side: for each k the panel's values. A last one that is not full is filled up with zeros.
 */
export function packFunction(width: number): FunctionBuilder {
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

/** The ways to pack one panel: parameters are source, strides across and along it, count, depth and target. */
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
