/** An axis of a loop nest: how often it turns, and by how many elements each operand moves at a turn. */
export interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** The axes of several operands walked together, neighbours joined wherever one stride serves all; sizes of 1 vanish. */
export function jointAxes(dims: readonly number[], operands: readonly (readonly number[])[]): Axis[] {
  const axes: Axis[] = [];
  dims.forEach((size, i) => {
    if (size === 1) return;
    const strides = operands.map((s) => s[i]);
    const last = axes[axes.length - 1];
    if (last && last.strides.every((s, k) => s === strides[k] * size))
      axes[axes.length - 1] = { size: last.size * size, strides };
    else axes.push({ size, strides });
  });
  return axes;
}

/** An axis to stand innermost where there is none. */
export const single = (operands: number): Axis => ({ size: 1, strides: new Array<number>(operands).fill(0) });
