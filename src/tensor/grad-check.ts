import { GradientError } from '../core/errors';
import { grad } from './autograd';
import { tensor } from './creation';
import { withDevice } from './device';
import type { Tensor } from './tensor';

export interface GradCheckOptions {
  /** The step of the central difference. Default 1e-5. */
  readonly step?: number;
  /** The largest difference let through, relative to max(1, |gradient|). Default 1e-6. */
  readonly tolerance?: number;
}

/**
 * Compares the gradients of `fn` with central differences, in double precision on the reference backend.
 * @param inputs nested lists or tensors; fn receives tensors of them and returns one tensor, which is summed
 * @returns the largest difference
 * @throws GradientError where it exceeds the tolerance
 * @example gradCheck((x) => x.tanh(), [tensor([0.5, -1])]);
 */
export function gradCheck(
  fn: (...x: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { step = 1e-5, tolerance = 1e-6 }: GradCheckOptions = {},
): number {
  const values = inputs.map((x) => Float64Array.from(x.dataSync()));
  return withDevice('reference64', () => {
    const make = (track: boolean) =>
      inputs.map((x, i) =>
        tensor(
          x.dtype === 'int32'
            ? Int32Array.from(values[i])
            : x.dtype === 'bool'
              ? Uint8Array.from(values[i])
              : values[i].slice(),
          {
            shape: x.shape,
            dtype: x.dtype,
            requiresGrad: track && x.dtype === 'float32',
          },
        ),
      );
    const tracked = make(true);
    const wanted = tracked.filter((x) => x.requiresGrad);
    const gradients = grad(fn(...tracked).sum(), wanted).map((g) => g.dataSync());
    let worst = 0;
    wanted.forEach((x, k) => {
      const list = values[tracked.indexOf(x)];
      for (let i = 0; i < list.length; i++) {
        const numeric = difference(list, i, step, () =>
          fn(...make(false))
            .sum()
            .itemSync(),
        );
        const error = Math.abs(gradients[k][i] - numeric) / Math.max(1, Math.abs(numeric));
        if (!(error <= tolerance))
          throw new GradientError(
            `gradCheck: input ${tracked.indexOf(x)}, element ${i}: gradient ${gradients[k][i]}, by differences ${numeric}`,
          );
        worst = Math.max(worst, error);
      }
    });
    return worst;
  });
}

function difference(values: Float64Array, i: number, step: number, f: () => number): number {
  const before = values[i];
  values[i] = before + step;
  const above = f();
  values[i] = before - step;
  const below = f();
  values[i] = before;
  return (above - below) / (2 * step);
}
