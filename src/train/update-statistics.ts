import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { loadStateDict, modules, parameters, stateDict } from '../module';
import { BatchNorm1d, BatchNorm2d } from '../nn';
import { noGrad, type Tensor } from '../tensor';
import { breathe } from './breathe';
import { inMode } from './mode';
import { movedTo } from './nested-tensors';
import { batchesOf, type BatchOptions, type DataSource } from './source';
import type { Batch, Model } from './step';

/** What a batch norm is here, whose momentum is another for a while. */
interface Tracking {
  momentum: number | null;
  resetRunningStats(): void;
}

/**
 * Computes the running statistics of batch norms anew: the averages over all batches of the data, of which targets are left
 * aside, in training mode and without gradients. So weights that were averaged or set by hand get statistics of their own.
 * A model without such statistics is left as it is.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.optim.swa_utils.update_bn.html
 * @param options `batchSize` for data that is not in batches yet, 32 by default
 * @throws ValueError for data that gives no batch; where anything fails the model is as before
 * @example await updateStatistics(model, loader);
 */
export async function updateStatistics(
  model: Model,
  source: DataSource<Batch | Tensor>,
  options: Pick<BatchOptions, 'batchSize'> = {},
): Promise<void> {
  checkOptions('updateStatistics', options, ['batchSize']);
  const batches = batchesOf('updateStatistics', source as DataSource, options) as AsyncIterable<unknown>;
  const norms = trackingNorms(model);
  if (norms.length === 0) return;
  const [before, momenta] = [stateDict(model), norms.map(({ momentum }) => momentum)];
  for (const norm of norms) {
    norm.resetRunningStats();
    norm.momentum = null; // the average of all batches
  }
  try {
    await inMode(model, true, () => passThrough(model, batches));
  } catch (error) {
    loadStateDict(model, before);
    throw error;
  } finally {
    norms.forEach((norm, i) => (norm.momentum = momenta[i]));
  }
}

/** Batch norms that keep running statistics. */
export function trackingNorms(model: object): Tracking[] {
  const isTracking = (one: object) =>
    (one instanceof BatchNorm1d || one instanceof BatchNorm2d) && one.runningMean !== null;
  return modules(model).filter(isTracking) as unknown as Tracking[];
}

async function passThrough(model: Model, batches: AsyncIterable<unknown>): Promise<void> {
  const home = parameters(model)[0]?.device;
  let count = 0;
  for await (const batch of batches) {
    const input: unknown = Array.isArray(batch) ? batch[0] : batch;
    noGrad(() => model.forward(home === undefined ? input : movedTo(input, home)) as unknown);
    count++;
    await breathe();
  }
  if (count === 0) throw new ValueError('updateStatistics: the data gave no batch');
}
