import { zeros, type Tensor } from '../tensor';
import { average, averageOfSquares } from './averages';
import { formula } from './formula';
import type { Slots } from './optimizer';

/** What the options of Adam and its kin may be. */
export const momentLimits = {
  betas: ['belowOne', 'belowOne'],
  eps: 'notNegative',
  weightDecay: 'notNegative',
} as const;

interface Moments {
  /** Both 0. */
  readonly begin: (parameter: Tensor) => Slots;
  readonly next: (
    state: Slots,
    gradient: Tensor,
    betas: readonly [number, number],
  ) => { readonly mean: Tensor; readonly square: Tensor };
}

/** The running averages of a gradient and of its square, under the name of an optimizer. */
export function moments(name: string): Moments {
  const averaged = formula(`${name} average`, average);
  const averagedSquare = formula(`${name} average of squares`, averageOfSquares);
  return {
    begin: ({ shape }) => ({ mean: zeros(shape), square: zeros(shape) }),
    next: (state, g, betas) => ({
      mean: averaged(state.mean, g, betas[0], 1 - betas[0]),
      square: averagedSquare(state.square, g, betas[1], 1 - betas[1]),
    }),
  };
}

/** The last answers: all parameters of a group ask for the same few, and powers take V8 long. */
const shares = [
  { beta: 0, step: 0, share: 0 },
  { beta: 0, step: 0, share: 0 },
];
let oldest = 0;

/** 1 - beta ** step: how much of an average that began at 0 comes from what was averaged. */
export function averagedShare(beta: number, step: number): number {
  for (const known of shares) if (known.beta === beta && known.step === step) return known.share;
  const share = 1 - beta ** step;
  shares[oldest] = { beta, step, share };
  oldest = 1 - oldest;
  return share;
}
