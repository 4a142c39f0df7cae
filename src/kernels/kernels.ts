import type { ComputeType } from '../core/dtype';
import type { Expr } from '../expr/expr';

/**
 * How a kernel reads one of its operands: element (i0, i1, ...) of `dims` lies at `offset + i0*strides[0] + ...`
 * of buffer `buffer` (a position in the kernel's list of buffers; strides may be 0 or negative).
 */
export interface View {
  readonly buffer: number;
  readonly dtype: ComputeType;
  readonly dims: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** out[i] = expr(inputs at i). Input positions of `expr` are positions in `inputs`, all of which have `dims` as dims. */
export interface MapKernel {
  readonly kind: 'map';
  readonly dims: readonly number[];
  readonly inputs: readonly View[];
  readonly expr: Expr;
}

export type Fold = 'sum' | 'prod' | 'max' | 'min' | 'argmax' | 'argmin';

/**
 * out[i] = fold over j of expr(inputs at (i, j)). The inputs' dims are `dims` followed by `over`.
 * argmax and argmin give the flat position within `over` of the first extreme; NaN counts as the extreme.
 */
export interface ReduceKernel {
  readonly kind: 'reduce';
  readonly fold: Fold;
  readonly dims: readonly number[];
  readonly over: readonly number[];
  readonly inputs: readonly View[];
  readonly expr: Expr;
}

/** out[batch..., m, n] = sum over k of a[batch..., m, k] * b[batch..., k, n], float32; batch strides may be 0. */
export interface MatmulKernel {
  readonly kind: 'matmul';
  readonly dims: readonly number[];
  readonly inputs: readonly [a: View, b: View];
}

/** out[i] = source[i with i[axis] replaced by index[i]]; the source's dims differ from `dims` along `axis` only. */
export interface GatherKernel {
  readonly kind: 'gather';
  readonly dims: readonly number[];
  readonly axis: number;
  readonly inputs: readonly [source: View, index: View];
}

/**
 * out = base, plus for every j the update[j] at (j with j[axis] replaced by index[j]). base has `dims`; index and
 * update have equal dims, at most those of `dims` off the axis. In pull form: each output sums the updates that name it.
 */
export interface ScatterAddKernel {
  readonly kind: 'scatterAdd';
  readonly dims: readonly number[];
  readonly axis: number;
  readonly inputs: readonly [base: View, index: View, update: View];
}

/**
 * out is `fill` except where a part lies: part p covers start + i*step along each axis, for i in the view's dims.
 * Parts do not overlap. Padding is one part, concatenation several, the gradient of a strided slice one with steps.
 */
export interface PlaceKernel {
  readonly kind: 'place';
  readonly dims: readonly number[];
  readonly fill: number;
  readonly inputs: readonly View[];
  readonly parts: readonly { readonly start: readonly number[]; readonly step: readonly number[] }[];
}

/** Everything a backend must run. Every kernel writes one whole row-major buffer of `dims`, reading only its inputs. */
export type Kernel = MapKernel | ReduceKernel | MatmulKernel | GatherKernel | ScatterAddKernel | PlaceKernel;

/** The dtype of what a kernel writes. */
export function kernelType(kernel: Kernel): ComputeType {
  switch (kernel.kind) {
    case 'map':
      return kernel.expr.type;
    case 'reduce':
      return kernel.fold.startsWith('arg') ? 'int32' : kernel.expr.type;
    case 'matmul':
      return 'float32';
    case 'gather':
    case 'scatterAdd':
    case 'place':
      return kernel.inputs[0].dtype;
  }
}

/** A key that two kernels share exactly when one compiled form serves both; offsets and buffers are call arguments. */
export function kernelKey(kernel: Kernel): string {
  const { kind, dims, inputs } = kernel;
  const views = inputs.map((v) => `${v.dtype}:${v.dims.join()}:${v.strides.join()}`).join(' ');
  return `${kind}|${dims.join()}|${views}|${detailKey(kernel)}`;
}

function detailKey(kernel: Kernel): string {
  switch (kernel.kind) {
    case 'map':
      return String(kernel.expr.id);
    case 'reduce':
      return `${kernel.fold} ${kernel.over.join()} ${kernel.expr.id}`;
    case 'matmul':
      return '';
    case 'gather':
    case 'scatterAdd':
      return String(kernel.axis);
    case 'place':
      return `${Object.is(kernel.fill, -0) ? '-0' : kernel.fill} ${kernel.parts.map((p) => `${p.start.join()}/${p.step.join()}`).join(' ')}`;
  }
}
