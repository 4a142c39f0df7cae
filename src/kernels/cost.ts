import { product } from '../core/shape';
import { approximate } from '../expr/approximation';
import { topological, type Expr, type ScalarOp } from '../expr/expr';
import type { Kernel, View } from './kernels';
import { multiplications } from './products';

/** What a kernel has to do, whichever machine does it. */
export interface Cost {
  /** Bytes of the distinct elements that it reads and writes, four each. */
  readonly bytes: number;
  /** Floating-point operations, a multiply-add as two; exp and its kin are the polynomials that they are computed by. */
  readonly flops: number;
  /** Operations of any kind, a multiply-add as one: instructions, of as many elements each as the machine takes. */
  readonly operations: number;
}

const free: ReadonlySet<ScalarOp> = new Set(['const', 'input', 'index', 'bitsToFloat', 'floatToBits']);
const arithmetic: ReadonlySet<ScalarOp> = new Set(['add', 'sub', 'mul', 'div', 'neg', 'abs', 'min', 'max', 'fma', 'sqrt', 'floor', 'ceil', 'round']); // prettier-ignore

export function costOf(kernel: Kernel): Cost {
  const read = kernel.inputs.reduce((sum, view) => sum + distinct(view), 0);
  const results = product(kernel.dims);
  switch (kernel.kind) {
    case 'map':
      return cost(read + results, results, [kernel.expr], 0);
    case 'reduce':
      return cost(read + results, results * product(kernel.over), [kernel.expr], 1);
    case 'loop': {
      const { folds, stores } = kernel;
      const size = results * product(kernel.over);
      const written = folds.length * results + stores.length * size;
      return cost(read + written, size, [...folds, ...stores].map(({ expr }) => expr), folds.length); // prettier-ignore
    }
    case 'group':
      return cost(read + kernel.exprs.length * results, results, kernel.exprs, 0);
    case 'matmul': {
      const multiplyAdds = multiplications(kernel);
      return { bytes: 4 * (read + results), flops: 2 * multiplyAdds, operations: multiplyAdds };
    }
    case 'scatterAdd': {
      const sums = product(kernel.inputs[2].dims);
      return { bytes: 4 * (read + results), flops: sums, operations: sums };
    }
    case 'gather':
      return { bytes: 4 * (2 * results + distinct(kernel.inputs[1])), flops: 0, operations: 0 };
    case 'place':
      return { bytes: 4 * (read + results), flops: 0, operations: 0 };
  }
}

/** Elements without those that repeat. */
const distinct = ({ dims, strides }: View): number => product(dims.filter((_, i) => strides[i] !== 0));

/** Of so many words, and at each of `size` positions the expressions and `folds` foldings. */
function cost(words: number, size: number, exprs: readonly Expr[], folds: number): Cost {
  const parts = topological(exprs.map(approximate)).filter(({ op }) => !free.has(op));
  const floats = parts.filter(({ op, type }) => type === 'float32' && arithmetic.has(op));
  const fused = floats.filter(({ op }) => op === 'fma').length;
  return {
    bytes: 4 * words,
    flops: size * (floats.length + fused + folds),
    operations: size * (parts.length + folds),
  };
}
