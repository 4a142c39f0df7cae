import type { Triangle } from '../../kernels/kernels';
import type { FunctionBuilder } from './function-builder';
import { argument } from './gemm-arguments';
import type { LeftKind } from './gemm-reading';

/** Further than any row, column or step. */
const far = 2 ** 30;

/**
 * Between which steps, and first columns of a tile of that width, a product is to be computed, by how far they are from its row. A
 * block of columns or of depth says how much lies before it.
 */
export function boundsOf(
  { of, part }: Triangle,
  before: { readonly columns: number; readonly depth: number },
  width: number,
) {
  const bound = (which: Triangle['of'], here: number) => ({
    from: of === which && part === 'upper' ? -here : -far,
    to: of === which && part === 'lower' ? -here : far,
  });
  const [depth, columns] = [bound('left', before.depth), bound('result', before.columns)];
  return {
    depthFrom: depth.from,
    depthTo: depth.to,
    columnsFrom: columns.from - width,
    columnsTo: columns.to,
  };
}

/** A tile, in locals: its first row, how many it has, its first column, how much of k lies before the block, the block's depth. */
interface Place {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly done: number;
  readonly depth: number;
}

/** Which steps of a block a tile takes, in locals: the others add nothing but zeros, or to what nobody looks at. */
export class TileSteps {
  readonly skipped: number;
  readonly taken: number;
  readonly #isTriangle: number;

  constructor(
    private readonly f: FunctionBuilder,
    private readonly args: number,
  ) {
    [this.skipped, this.taken, this.#isTriangle] = Array.from({ length: 3 }, () => f.local('i32'));
    this.#read('isTriangle').set(this.#isTriangle);
  }

  #read(name: keyof typeof argument): FunctionBuilder {
    return this.f.get(this.args).memory('i32.load', 4 * argument[name]);
  }

  choose({ row, rows, column, done, depth }: Place): void {
    const { f } = this;
    const first = () => f.get(row);
    const end = () => f.get(row).get(rows).op('i32.add');
    const nothing = () => f.get(this.skipped).set(this.taken);
    /** Sets a local to the step that a bound says, within the block. */
    const step = (from: () => FunctionBuilder, bound: 'depthFrom' | 'depthTo', local: number): void => {
      from();
      this.#read(bound).op('i32.add').get(done).op('i32.sub').set(local);
      f.get(local).i32(0).op('i32.lt_s').when(() => f.i32(0).set(local)); // prettier-ignore
      f.get(depth).get(local).op('i32.lt_s').when(() => f.get(depth).set(local)); // prettier-ignore
    };
    f.i32(0).set(this.skipped).get(depth).set(this.taken);
    f.get(this.#isTriangle).when(() => {
      step(first, 'depthFrom', this.skipped);
      step(end, 'depthTo', this.taken);
      f.get(column);
      end();
      this.#read('columnsTo').op('i32.add').op('i32.ge_s').when(nothing);
      first();
      this.#read('columnsFrom').op('i32.add').get(column).op('i32.ge_s').when(nothing);
      f.get(this.taken).get(this.skipped).op('i32.sub').set(this.taken);
    });
  }

  /** Leaves `a` and `by` of a tile on the stack, see `lefts`. */
  fromLeft(kind: LeftKind, a: number, by: number): void {
    if (kind === 'together') this.from(a, { local: by }).get(by);
    else {
      this.f.get(a);
      this.from(by, { bytes: 4 });
    }
  }

  /** Leaves an address on the stack, moved on by what is skipped, a step being so many bytes, or as many as a local says. */
  from(address: number, step: { readonly bytes: number } | { readonly local: number }): FunctionBuilder {
    const { f } = this;
    f.get(address).get(this.skipped);
    if ('local' in step) f.get(step.local);
    else f.i32(step.bytes);
    return f.op('i32.mul').op('i32.add');
  }
}
