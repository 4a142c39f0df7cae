import type { EpochRecord, Scores } from '../history';

/** Numbers by name, or nested lists of them. */
export type Flat = Record<string, unknown>;

/** `train/loss`, `validation/accuracy`, `gradients/blocks.0.weight/mean`: what an epoch gave, in one level. */
export function flatRecord({ validation, gradients = {}, ...trained }: EpochRecord): Flat {
  const norms = Object.entries(gradients).map(([path, norm]) => prefixed(`gradients/${path}/`, norm));
  return Object.assign({}, flatScores('train', trained), validation && flatScores('validation', validation), ...norms); // prettier-ignore
}

/** `where/loss` and `where/metric` for every metric. */
export function flatScores(where: string, { loss, metrics }: Scores<string, unknown>): Flat {
  return prefixed(`${where}/`, { ...metrics, loss });
}

function prefixed(prefix: string, values: object): Flat {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value as unknown]));
}

/** `lr`, or `lr/0`, `lr/1`, ... for each group of parameters, of all optimizers. */
export function flatRates(rates: readonly number[]): Flat {
  return rates.length === 1 ? { lr: rates[0] } : prefixed('lr/', rates);
}
