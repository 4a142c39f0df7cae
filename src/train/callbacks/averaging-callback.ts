import { StateError, ValueError } from '../../core/errors';
import { loadStateDict, type StateDict } from '../../module';
import type { Callback, Run } from '../events';
import type { WeightAverage } from '../weight-average';

/** A callback that keeps averages of the parameters. */
export interface AveragingCallback extends Callback {
  /** The averages, with the model's buffers: a state dict. @throws StateError before the first */
  values(): StateDict;
  /** Gives a model the averages, the one that is trained or another of its kind. @throws StateError before the first */
  apply(model: object): void;
}

/** What callbacks that average give access by. */
export function averagesOf(
  asker: string,
  average: () => WeightAverage | undefined,
): Pick<AveragingCallback, 'values' | 'apply'> {
  const values = () => {
    const current = average();
    if (current === undefined)
      throw new StateError(`${asker}: there is no average yet; it begins with a step of the run`);
    return current.values();
  };
  return { values, apply: (model) => void loadStateDict(model, values()) };
}

/** @throws ValueError for an optimizer whose parameters are averages at times */
export function refuseAveraging(asker: string, { optimizers }: Run): void {
  const own = optimizers.find((optimizer) => typeof (optimizer as { eval?: unknown }).eval === 'function');
  if (own) throw new ValueError(`${asker}: ${own.name} averages the parameters by itself; leave ${asker} out`);
}
