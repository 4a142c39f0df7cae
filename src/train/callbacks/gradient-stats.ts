import { withGradMode } from '../../core/mode';
import { checkOptions } from '../../core/options';
import { namedParameters } from '../../module';
import { countOf } from '../../module/option-checks';
import { stack, type Tensor } from '../../tensor';
import type { Callback } from '../events';
import type { GradientNorm } from '../history';

export interface GradientStatsOptions {
  /** Steps of the optimizer from one look at the gradients to the next. Default 1. */
  readonly every?: number;
}

/** The norms of one parameter's gradient in the epoch under way. */
type Sum = { readonly count: number; readonly total: number; readonly max: number };

/**
 * Notes the L2 norm of each parameter's gradient: mean and maximum over the steps of an epoch, by path, in the epoch's record
 * as `gradients`, where logs that come later in the list write them too. Gradients are those that the step was made of,
 * clipped ones where the Trainer clips. All norms of a step are read at once. Parameters without a gradient are not in it.
 *
 * PyTorch: torch.linalg.vector_norm of each gradient. Lightning: lightning.pytorch.utilities.grad_norm
 * @throws ValueError for options out of range
 * @example
 * const trainer = new Trainer(model, { optimizer, loss: mseLoss, callbacks: [gradientStats(), csvLog('run.csv')] });
 * const { epochs } = await trainer.fit(loader, { epochs: 3 });
 * epochs[0].gradients; // { weight: { mean: 0.31, max: 0.52 }, ... }
 */
export function gradientStats(options: GradientStatsOptions = {}): Callback {
  checkOptions('gradientStats', options, ['every']);
  const every = countOf('gradientStats', 'every', options.every ?? 1);
  let sums: Readonly<Record<string, Sum>> = {};
  return {
    name: 'gradientStats',
    onEpochStart() {
      sums = {};
    },
    async onStepEnd({ model, step }) {
      if (step % every === 0) sums = withNorms(sums, await normsOf(model));
    },
    onEpochEnd(_run, record) {
      record.gradients = Object.fromEntries(Object.entries(sums).map(([path, sum]) => [path, normOf(sum)]));
    },
    stateDict: () => sums,
    loadStateDict(state) {
      sums = state as typeof sums;
    },
  };
}

async function normsOf(model: object): Promise<[path: string, norm: number][]> {
  const found = namedParameters(model)
    .map(([path, { grad }]) => [path, grad] as const)
    .filter((entry): entry is [string, Tensor] => entry[1] !== null);
  if (found.length === 0) return [];
  const norms = withGradMode(false, () => stack(found.map(([, grad]) => grad.square().sum())).sqrt());
  const values = await norms.data();
  return found.map(([path], i) => [path, values[i]]);
}

function withNorms(sums: Readonly<Record<string, Sum>>, norms: readonly [string, number][]): Record<string, Sum> {
  const next = { ...sums };
  for (const [path, norm] of norms) {
    const { count, total, max } = next[path] ?? { count: 0, total: 0, max: 0 };
    next[path] = { count: count + 1, total: total + norm, max: Math.max(max, norm) };
  }
  return next;
}

const normOf = ({ count, total, max }: Sum): GradientNorm => ({ mean: total / count, max });
