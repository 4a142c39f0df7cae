import type { ComputeType } from '../core/dtype';
import { stridesOf } from '../core/shape';
import type { View } from './kernels';

/** The whole of a row-major buffer. */
export function contiguous(buffer: number, dtype: ComputeType, dims: readonly number[]): View {
  return { buffer, dtype, dims, strides: stridesOf(dims), offset: 0 };
}

/** Whether the view is its buffer from `offset` on, in row-major order. Sizes of 1 may have any stride. */
export function isContiguous(view: View): boolean {
  const strides = stridesOf(view.dims);
  return view.dims.some((d) => d === 0) || view.dims.every((dim, i) => dim === 1 || view.strides[i] === strides[i]);
}

/** The view with missing leading axes added and axes of size 1 repeated, at no cost: repeated axes have stride 0. */
export function broadcastView(view: View, dims: readonly number[]): View {
  const missing = dims.length - view.dims.length;
  const strides = dims.map((dim, i) =>
    i < missing || (view.dims[i - missing] === 1 && dim !== 1) ? 0 : view.strides[i - missing],
  );
  return { ...view, dims, strides };
}

export function permuteView(view: View, order: readonly number[]): View {
  return { ...view, dims: order.map((i) => view.dims[i]), strides: order.map((i) => view.strides[i]) };
}

/** Every `step[i]`-th element from `start[i]` on; negative steps run backwards. */
export function sliceView(
  view: View,
  start: readonly number[],
  step: readonly number[],
  dims: readonly number[],
): View {
  return {
    ...view,
    dims,
    offset: start.reduce((at, s, i) => at + s * view.strides[i], view.offset),
    strides: view.strides.map((s, i) => s * step[i]),
  };
}

/** The view in other dims with the same elements in the same order, or null where no strides can say that. */
export function reshapeView(view: View, dims: readonly number[]): View | null {
  if (dims.some((d) => d === 0)) return { ...view, dims, strides: stridesOf(dims) };
  const old = collapse(view.dims, view.strides);
  const strides = new Array<number>(dims.length);
  let at = dims.length - 1;
  for (let i = old.length - 1; i >= 0; i--) {
    let { size, stride } = old[i];
    while (at >= 0 && size % dims[at] === 0 && (size > 1 || dims[at] === 1)) {
      strides[at] = stride;
      stride *= dims[at];
      size /= dims[at--];
    }
    if (size !== 1) return null;
  }
  while (at >= 0)
    if (dims[at] === 1) strides[at--] = 0;
    else return null;
  return { ...view, dims, strides };
}

/** The axes with neighbours joined wherever one stride walks both; sizes of 1 vanish. */
export function collapse(dims: readonly number[], strides: readonly number[]): { size: number; stride: number }[] {
  const out: { size: number; stride: number }[] = [];
  dims.forEach((size, i) => {
    if (size === 1) return;
    const last = out[out.length - 1];
    if (last && last.stride === strides[i] * size) out[out.length - 1] = { size: last.size * size, stride: strides[i] };
    else out.push({ size, stride: strides[i] });
  });
  return out;
}
