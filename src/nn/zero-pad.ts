import { ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import { module, Module } from '../module';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';

/**
 * Zeros around the last two axes: [..., H, W] to [..., top + H + bottom, left + W + right]. One number is for all four
 * sides, a list is [left, right, top, bottom]; negative ones cut off.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
 * @throws ValueError for anything but a whole number or four
 * @throws ShapeError for inputs of fewer than two axes, and where more is cut off than there is
 * @example new ZeroPad2d([1, 0, 0, 2]).forward(ones([3, 3])).shape; // [5, 4]
 */
@module
export class ZeroPad2d extends Module {
  readonly padding: readonly number[];
  constructor(padding: number | readonly number[]) {
    super();
    const pads = typeof padding === 'number' ? new Array<number>(4).fill(padding) : padding;
    if (!Array.isArray(pads) || pads.length !== 4 || !pads.every((pad) => Number.isInteger(pad)))
      throw new ValueError(`ZeroPad2d: padding must be a whole number or a list of 4, not ${show(padding)}`);
    this.padding = [...pads];
  }
  forward(x: Tensor): Tensor {
    if (x.shape.length < 2) throw new ShapeError(`ZeroPad2d: takes [..., H, W], not ${showShape(x.shape)}`);
    return x.pad(this.padding);
  }
}
