import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { module, Module } from '../module';
import { flagOf, type Sizes } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import { linear, nearest, type Resize } from './interpolation';

/** How elements come about, and for how many spatial axes: any number from 1 to 3 where none is said. */
const modes = {
  nearest: { resize: nearest, rank: undefined },
  linear: { resize: linear, rank: 1 },
  bilinear: { resize: linear, rank: 2 },
  trilinear: { resize: linear, rank: 3 },
} as const satisfies Record<string, { resize: Resize; rank?: number }>;

export type UpsampleMode = keyof typeof modes;

export interface UpsampleOptions {
  /** The spatial sizes of the output: one for all axes, or one for each. */
  readonly size?: Sizes | null;
  /** Or by what they grow; sizes are rounded down. */
  readonly scaleFactor?: number | readonly number[] | null;
  /** 'nearest', the default, takes the element beside; the others interpolate, in one, two or three axes. */
  readonly mode?: UpsampleMode;
  /** Whether the centres of the corners stay where they are, rather than the edges. Not of 'nearest'. Default null: false. */
  readonly alignCorners?: boolean | null;
  /** Whether places follow from the sizes, as with `size`, where scaleFactor made them. Default null: false. */
  readonly recomputeScaleFactor?: boolean | null;
}

/**
 * Larger (or smaller) images: [N, C, ...spatial] to [N, C, ...others], with one to three spatial axes; those of `size`, or
 * `scaleFactor` times as long.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html
 * @throws ValueError for options out of range, and unless one of size and scaleFactor is given
 * @throws ShapeError for inputs with another number of axes, and for images without elements
 * @example new Upsample({ scaleFactor: 2, mode: 'bilinear' }).forward(zeros([1, 3, 4, 5])).shape; // [1, 3, 8, 10]
 */
@module
export class Upsample extends Module {
  readonly size: Sizes | null;
  readonly scaleFactor: number | readonly number[] | null;
  readonly mode: UpsampleMode;
  readonly alignCorners: boolean;
  readonly recomputeScaleFactor: boolean;

  constructor(options: UpsampleOptions) {
    super();
    checkOptions('Upsample', options, ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor']);
    const { size = null, scaleFactor = null, mode = 'nearest', alignCorners, recomputeScaleFactor } = options;
    if ((size === null) === (scaleFactor === null))
      throw new ValueError('Upsample: needs one of size and scaleFactor, as in new Upsample({ scaleFactor: 2 })');
    this.mode = modeOf(mode);
    if (mode === 'nearest' && (alignCorners ?? null) !== null)
      throw new ValueError(
        `Upsample: alignCorners goes with a mode that interpolates, such as 'bilinear'; not ${mode}`,
      );
    this.size = extents('size', 'whole numbers of at least 1', size, (n) => Number.isInteger(n) && n > 0);
    this.scaleFactor = extents('scaleFactor', 'numbers above 0', scaleFactor, (n) => Number.isFinite(n) && n > 0);
    this.alignCorners = flagOf('Upsample', 'alignCorners', alignCorners ?? false);
    this.recomputeScaleFactor = flagOf('Upsample', 'recomputeScaleFactor', recomputeScaleFactor ?? false);
    if (this.recomputeScaleFactor && size !== null)
      throw new ValueError('Upsample: recomputeScaleFactor goes with scaleFactor, not with size');
  }

  forward(x: Tensor): Tensor {
    const rank = this.checkAxes(x.shape);
    const { alignCorners, recomputeScaleFactor, size, scaleFactor } = this;
    const [sizes, factors] = [spread(size, rank), spread(scaleFactor, rank)];
    const lengths = x.shape.slice(2).map((from, i) => sizes?.[i] ?? Math.floor(from * factors![i]));
    if (lengths.includes(0) || x.shape.slice(2).includes(0))
      throw new ShapeError(`Upsample: makes ${showShape(lengths)} of ${showShape(x.shape)}; sizes must be at least 1`);
    const axes = lengths.map((to, i) => {
      const step = factors === null || recomputeScaleFactor ? undefined : 1 / factors[i];
      return { from: x.shape[i + 2], to, step, alignCorners };
    });
    return modes[this.mode].resize(x, axes);
  }

  /** How many spatial axes the input has. */
  private checkAxes(shape: readonly number[]): number {
    const given = shape.length - 2;
    const { rank = Math.min(3, Math.max(1, given)) } = modes[this.mode] as { rank?: number };
    if (given !== rank)
      throw new ShapeError(`Upsample: '${this.mode}' takes ${takes[this.mode]}, not ${showShape(shape)}`);
    for (const [name, list] of Object.entries({ size: this.size, scaleFactor: this.scaleFactor }))
      if (Array.isArray(list) && list.length !== rank)
        throw new ShapeError(
          `Upsample: ${name} ${show(list)} is not for the ${rank} spatial axes of ${showShape(shape)}`,
        );
    return rank;
  }
}

const takes: Record<UpsampleMode, string> = {
  nearest: '[N, C, L], [N, C, H, W] or [N, C, D, H, W]',
  linear: '[N, C, L]',
  bilinear: '[N, C, H, W]',
  trilinear: '[N, C, D, H, W]',
};

const spread = (given: Sizes | null, rank: number): readonly number[] | null =>
  typeof given === 'number' ? new Array<number>(rank).fill(given) : given;

function modeOf(mode: UpsampleMode): UpsampleMode {
  if (Object.hasOwn(modes, mode)) return mode;
  throw new ValueError(`Upsample: mode must be one of ${Object.keys(modes).join(', ')}, not ${show(mode)}`);
}

/** One number or up to three of them, or null. */
function extents(name: string, allowed: string, given: Sizes | null, fits: (n: number) => boolean): Sizes | null {
  const list: readonly number[] = Array.isArray(given) ? given : [given];
  if (given === null || (list.length > 0 && list.length <= 3 && list.every((n) => typeof n === 'number' && fits(n))))
    return given;
  throw new ValueError(`Upsample: ${name} must be one to three ${allowed}, not ${show(given)}`);
}
