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

/**
 * Several results of one walk over `dims` and, within each of their positions, `over`: what map and reduce kernels become
 * when they are fused. First the folds, each a row-major [dims], then the stores, each of which puts the expression's value
 * at every position into a buffer by strides (over `dims` and `over`). The inputs' dims are `dims` followed by `over`.
 * `lanes` says in which order folds add up: see `foldOrder`.
 */
export interface LoopKernel {
  readonly kind: 'loop';
  readonly dims: readonly number[];
  readonly over: readonly number[];
  readonly inputs: readonly View[];
  readonly folds: readonly { readonly fold: Fold; readonly expr: Expr }[];
  readonly stores: readonly { readonly expr: Expr; readonly strides: readonly number[] }[];
  readonly lanes: Lanes;
  /** By which strides what is folded would lie in memory on its own: folds go through it as if they read it from there. */
  readonly layout?: readonly number[];
}
/** Whether the lanes of a vector are neighbouring results of a fold, or elements that are folded. */
export type Lanes = 'results' | 'folded';

/**
 * The same expressions of several arrays each, done as one: an optimizer's update of all its parameters. Member m has
 * `sizes[m]` elements. It reads the m-th part of the inputs, element for element or (stride 0) one for all, and writes the
 * m-th part of the buffers: the value of every expression. `dims` is the number of all elements.
 */
export interface GroupKernel {
  readonly kind: 'group';
  readonly dims: readonly number[];
  readonly sizes: readonly number[];
  readonly inputs: readonly View[];
  readonly exprs: readonly Expr[];
}

/** A matrix of which elements beyond the diagonal do not count: `lower` has those whose column is at most their row. */
export interface Triangle {
  readonly of: 'left' | 'result';
  readonly part: 'lower' | 'upper';
}

/**
 * out[batch..., m, n] = sum over k of a[batch..., m, k] * b[batch..., k, n], float32; batch strides may be 0. The rows m and the
 * columns n are so many axes of `dims`, and k may be several, the same of a and b: what is read through a copy is.
 *
 * Elements outside of a `triangle` need not be worked on: those of the left factor are 0, and nobody minds what those of the
 * result are, as long as they are finite where all that they are made of is.
 */
export interface MatmulKernel {
  readonly kind: 'matmul';
  readonly dims: readonly number[];
  readonly rows: number;
  readonly columns: number;
  readonly inputs: readonly [a: View, b: View];
  readonly triangle?: Triangle;
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

/** The kernels that operations are lowered to. Each writes one whole row-major buffer of `dims`, reading only its inputs. */
export type PlainKernel = MapKernel | ReduceKernel | MatmulKernel | GatherKernel | ScatterAddKernel | PlaceKernel;
/** Everything a backend must run. */
export type Kernel = PlainKernel | LoopKernel | GroupKernel;

/** The dtype of what a plain kernel writes. */
export function kernelType(kernel: PlainKernel): ComputeType {
  switch (kernel.kind) {
    case 'map':
      return kernel.expr.type;
    case 'reduce':
      return foldType(kernel);
    case 'matmul':
      return 'float32';
    case 'gather':
    case 'scatterAdd':
    case 'place':
      return kernel.inputs[0].dtype;
  }
}

export function foldType({ fold, expr }: { readonly fold: Fold; readonly expr: Expr }): ComputeType {
  return fold.startsWith('arg') ? 'int32' : expr.type;
}

/** A key that two kernels share exactly when one compiled form serves both; offsets and buffers are call arguments. */
export function kernelKey(kernel: PlainKernel | LoopKernel): string {
  const { kind, dims, inputs } = kernel;
  const views = inputs.map((v) => `${v.dtype}:${v.dims.join()}:${v.strides.join()}`).join(' ');
  return `${kind}|${dims.join()}|${views}|${detailKey(kernel)}`;
}

function detailKey(kernel: PlainKernel | LoopKernel): string {
  switch (kernel.kind) {
    case 'map':
      return String(kernel.expr.id);
    case 'reduce':
      return `${kernel.fold} ${kernel.over.join()} ${kernel.expr.id}`;
    case 'loop':
      return [
        kernel.over.join(),
        kernel.lanes,
        kernel.layout?.join(),
        ...kernel.folds.map(({ fold, expr }) => `${fold} ${expr.id}`),
        ...kernel.stores.map(({ expr, strides }) => `${expr.id} ${strides.join()}`),
      ].join(';');
    case 'matmul':
      return `${kernel.rows} ${kernel.columns} ${kernel.triangle?.of} ${kernel.triangle?.part}`;
    case 'gather':
    case 'scatterAdd':
      return String(kernel.axis);
    case 'place':
      return `${Object.is(kernel.fill, -0) ? '-0' : kernel.fill} ${kernel.parts.map((p) => `${p.start.join()}/${p.step.join()}`).join(' ')}`;
  }
}
