import { FunctionBuilder } from './function-builder';
import { Transposer } from './transposer';

/**
 * A function of source, tables of how many bytes each line is away from it and each step along the lines, count of lines,
 * depth, target and how many lines a panel is to have, up to `width`, which packs panels of lines side by side: for each step the
 * panel's values, with room for `width` of them. What is in the rest of it, the next lines or the last one again, is not to be used.
 * `isAcross` says whether lines that all lie side by side are read step by step, rather than panel by panel.
 */
export function packFunction(width: number, isAcross = false): FunctionBuilder {
  const f = new FunctionBuilder(Array.from({ length: 7 }, () => 'i32' as const));
  const panel = new PanelPacker(f, width);
  panel.lookAtSteps();
  if (isAcross) panel.packAcross();
  f.get(count).i32(0).op('i32.gt_s').when(() =>
    f.repeat(() => {
      panel.pack();
      f.get(lines).get(each).i32(2).op('i32.shl').op('i32.add').set(lines);
      f.get(count).get(each).op('i32.sub').tee(count).i32(0).op('i32.gt_s');
    }),
  ); // prettier-ignore
  return f;
}

const [source, lines, steps, count, depth, target, each] = [0, 1, 2, 3, 4, 5, 6];

/** The ways to pack one panel. */
class PanelPacker {
  readonly #step: number;
  readonly #left: number;
  readonly #back: number;
  readonly #from: number;
  readonly #to: number;
  readonly #pattern: number;
  readonly #isOneRun: number;
  readonly #lines: readonly number[];
  readonly #transposer: Transposer;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly width: number,
  ) {
    const word = () => f.local('i32');
    [this.#step, this.#left, this.#from, this.#to] = [word(), word(), word(), word()];
    [this.#isOneRun, this.#back] = [word(), word()];
    this.#pattern = f.local('v128');
    this.#lines = Array.from({ length: width }, word);
    this.#transposer = new Transposer(f, width, this.#to);
  }

  /** Leaves on the stack whether four places follow each other: the one in `#from`, so many before it, and those after it. */
  #isRun(before = 0): void {
    const { f } = this;
    f.get(this.#step).i32(4 * before).op('i32.sub').memory('v128.load'); // prettier-ignore
    f.get(this.#from).i32(4 * before).op('i32.sub').op('i32x4.splat').op('i32x4.sub'); // prettier-ignore
    f.get(this.#pattern).op('i32x4.eq').op('i32x4.all_true');
  }

  /** Finds out whether all places of the table, four or more, follow each other. */
  #look(table: number, places: number, found: number): void {
    const { f } = this;
    /** As often as the stack says. */
    const look = (by: number, isRun: () => void): void => {
      f.set(this.#left);
      f.countDown(this.#left, () => {
        isRun();
        f.get(found).op('i32.and').set(found);
        f.increase(this.#step, by).increase(this.#from, by);
      });
    };
    f.get(table).set(this.#step).get(table).memory('i32.load').set(this.#from);
    f.get(places).i32(4).op('i32.ge_s').set(found);
    f.get(places).i32(2).op('i32.shr_u');
    look(16, () => this.#isRun());
    f.get(places).i32(3).op('i32.and');
    look(4, () => f.get(this.#step).memory('i32.load').get(this.#from).op('i32.eq'));
  }

  lookAtSteps(): void {
    this.f.v128(Int32Array.of(0, 4, 8, 12)).set(this.#pattern);
    this.#look(steps, depth, this.#isOneRun);
  }

  /**
   * Where all lines lie side by side: whole panels, step by step all of them, since a step of one panel alone takes a part of a
   * line of the cache, which may be gone when the next panel is packed. Lines that do not fill a panel are left for `pack`.
   */
  packAcross(): void {
    const { f, width } = this;
    const [panels, bytes, at, to, some] = Array.from({ length: 5 }, () => f.local('i32'));
    this.#look(lines, count, some);
    f.get(count).i32(width).op('i32.ge_s').get(some).op('i32.and');
    f.when(() => {
      f.get(count).i32(width).op('i32.sub').get(each).op('i32.div_u').i32(1).op('i32.add').set(panels);
      f.get(depth).i32(4 * width).op('i32.mul').set(bytes); // prettier-ignore
      f.get(source).get(lines).memory('i32.load').op('i32.add').set(this.#lines[0]);
      this.#steps((from) => {
        f.get(this.#lines[0]).get(from).op('i32.add').set(at).get(this.#to).set(to).get(panels).set(some);
        f.countDown(some, () => {
          this.#copy(at, to);
          f.get(each).i32(2).op('i32.shl').get(at).op('i32.add').set(at);
          f.get(to).get(bytes).op('i32.add').set(to);
        });
      });
      f.get(panels).get(each).op('i32.mul').tee(some).i32(2).op('i32.shl').get(lines).op('i32.add').set(lines);
      f.get(count).get(some).op('i32.sub').set(count);
      f.get(panels).get(bytes).op('i32.mul').get(target).op('i32.add').set(target);
    });
  }

  pack(): void {
    const { f, width } = this;
    this.#lines.forEach((line, i) => {
      const own = () => f.get(source).get(lines).memory('i32.load', 4 * i).op('i32.add').set(line); // prettier-ignore
      if (i === 0) own();
      else f.get(count).i32(i).op('i32.gt_s').when(own, () => f.get(this.#lines[i - 1]).set(line)); // prettier-ignore
    });
    this.#areNeighbours();
    f.when(
      () => this.#copied(),
      () => {
        f.get(this.#isOneRun).when(
          () => this.#transposed(),
          () => {
            // the first four say how most of them are: rows of a kernel of three are too short for it
            f.get(steps).memory('i32.load', 12).get(steps).memory('i32.load').op('i32.sub').i32(12).op('i32.eq');
            f.get(depth).i32(4).op('i32.ge_s').op('i32.and');
            f.when(() => this.#transposedRuns(), () => this.#inFours());
          },
        ); // prettier-ignore
      },
    );
    f.get(target).get(depth).i32(4 * width).op('i32.mul').op('i32.add').set(target); // prettier-ignore
  }

  /** Leaves on the stack whether the lines lie side by side. */
  #areNeighbours(): void {
    const { f } = this;
    f.i32(1);
    for (let i = 1; i < this.width; i++)
      f.get(this.#lines[i])
        .get(this.#lines[i - 1])
        .op('i32.sub')
        .i32(4)
        .op('i32.eq')
        .op('i32.and');
  }

  #begin(): void {
    this.f.get(steps).set(this.#step).get(depth).set(this.#left).get(target).set(this.#to);
  }
  /** Runs the body for every step, which finds how far it is from the source in a local. */
  #steps(body: (at: number) => void): void {
    const { f } = this;
    this.#begin();
    f.repeat(() => {
      f.get(this.#step).memory('i32.load').set(this.#from);
      body(this.#from);
      this.#next(1);
      f.get(this.#left);
    });
  }
  #next(by: number): void {
    const { f } = this;
    f.increase(this.#step, 4 * by).increase(this.#to, 4 * this.width * by);
    f.get(this.#left).i32(by).op('i32.sub').set(this.#left);
  }
  /** Puts the value of a line, so many bytes along it, into its place. */
  #value(line: number, at: number): void {
    this.f
      .get(this.#to)
      .get(this.#lines[line])
      .get(at)
      .op('i32.add')
      .memory('f32.load')
      .memory('f32.store', 4 * line);
  }

  /** Lines that lie side by side. */
  #copied(): void {
    const { f } = this;
    this.#steps((at) => {
      f.get(this.#lines[0]).get(at).op('i32.add').set(at);
      this.#copy(at, this.#to);
    });
  }
  /** A panel's values of one step. */
  #copy(from: number, to: number): void {
    const { f, width } = this;
    for (let i = 0; i + 4 <= width; i += 4) f.get(to).get(from).memory('v128.load', 4 * i).memory('v128.store', 4 * i); // prettier-ignore
    for (let i = width - (width % 4); i < width; i++) f.get(to).get(from).memory('f32.load', 4 * i).memory('f32.store', 4 * i); // prettier-ignore
  }

  /**
   * Four lines at a time that lie side by side up to some place, and from there on with the last one, as windows do where a row
   * of them ends: two loads and a mask. Others one by one.
   */
  #inFours(): void {
    const { f, width } = this;
    const fours = Array.from({ length: Math.floor(width / 4) }, (_, i) => ({ first: 4 * i, mask: f.local('v128') }));
    f.get(count).i32(width).op('i32.ge_s');
    for (const { first, mask } of fours) {
      const like = (line: number): void => {
        f.get(lines)
          .memory('v128.load', 4 * first)
          .get(this.#pattern)
          .op('i32x4.sub');
        f.get(lines).memory('v128.load32_splat', 4 * (first + line)).i32(4 * line).op('i32x4.splat').op('i32x4.sub').op('i32x4.eq'); // prettier-ignore
      };
      like(0);
      f.set(mask);
      like(3);
      f.get(mask).op('v128.or').op('i32x4.all_true').op('i32.and');
    }
    f.when(
      () =>
        this.#steps((at) => {
          for (const { first, mask } of fours) {
            f.get(this.#to);
            f.get(this.#lines[first]).get(at).op('i32.add').memory('v128.load');
            f.get(this.#lines[first + 3])
              .get(at)
              .op('i32.add')
              .i32(12)
              .op('i32.sub')
              .memory('v128.load');
            f.get(mask)
              .op('v128.bitselect')
              .memory('v128.store', 4 * first);
          }
          for (let line = 4 * fours.length; line < width; line++) this.#value(line, at);
        }),
      () => this.#steps((at) => this.#lines.forEach((_, line) => this.#value(line, at))),
    );
  }

  /** Lines whose elements follow each other: four by four, transposed in registers. */
  #transposed(): void {
    const { f } = this;
    this.#begin();
    f.get(steps).memory('i32.load').set(this.#from);
    for (const line of this.#lines) f.get(line).get(this.#from).op('i32.add').set(line);
    f.repeat(() => {
      this.#transposer.fourSteps((i) => f.get(this.#lines[i]));
      for (const line of this.#lines) f.increase(line, 16);
      this.#next(4);
      f.get(this.#left).i32(4).op('i32.ge_s');
    });
    f.repeatIf(this.#left, () => {
      this.#lines.forEach((line, i) => f.get(this.#to).get(line).memory('f32.load').memory('f32.store', 4 * i)); // prettier-ignore
      for (const line of this.#lines) f.increase(line, 4);
      this.#next(1);
      f.get(this.#left);
    });
  }

  /** Where they do so for four steps or more at a time; the last four of a run may be some that have been packed already. */
  #transposedRuns(): void {
    const { f, width } = this;
    this.#begin();
    f.repeat(() => {
      f.get(this.#step).memory('i32.load').set(this.#from);
      this.#chooseBack(0);
      f.get(this.#back).i32(0).op('i32.ge_s');
      f.when(
        () => {
          this.#goBack();
          this.#transposer.fourSteps((i) => f.get(this.#lines[i]).get(this.#from).op('i32.add'));
          this.#next(4);
        },
        () => {
          for (let i = 0; i < width; i++) this.#value(i, this.#from);
          this.#next(1);
        },
      );
      f.get(this.#left);
    });
  }

  /** Sets how many steps back, so many or more, four begin that follow each other; -1 where none of the next is among them. */
  #chooseBack(least: number): void {
    const { f, width } = this;
    f.get(this.#left).i32(4 - least).op('i32.ge_s'); // prettier-ignore
    if (least > 0) f.get(this.#to).get(target).op('i32.sub').i32(4 * width * least).op('i32.ge_s').op('i32.and'); // prettier-ignore
    this.#isRun(least);
    f.op('i32.and');
    f.when(
      () => f.i32(least).set(this.#back),
      () => (least < 3 ? this.#chooseBack(least + 1) : f.i32(-1).set(this.#back)),
    );
  }
  #goBack(): void {
    const { f, width } = this;
    f.get(this.#left).get(this.#back).op('i32.add').set(this.#left);
    const words = [[this.#from, 4], [this.#step, 4], [this.#to, 4 * width]]; // prettier-ignore
    for (const [local, bytes] of words) f.get(local).get(this.#back).i32(bytes).op('i32.mul').op('i32.sub').set(local);
  }
}
