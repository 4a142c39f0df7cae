import { ValueError } from '../../core/errors';
import type { StateTree } from '../../io';
import { noGrad, type Tensor } from '../../tensor';

/** A number for one batch, averaged over its samples. A scalar tensor is read for you. */
export type Metric = (output: any, target: any) => Tensor | number;

/** What a metric over all batches may give: a number, or plain arrays such as a confusion matrix. */
export type MetricValue = number | readonly MetricValue[];

/**
 * A metric that is no average of those of batches: it takes the batches one by one, and says what it is for all of them.
 * Anything with these three methods is one; promises are awaited.
 */
export interface StreamingMetric<V extends MetricValue = MetricValue> {
  /** Takes one batch in. */
  update(output: any, target: any): void | Promise<void>;
  /** The value for all that was taken in since the last reset. */
  compute(): V | Promise<V>;
  /** Forgets everything. */
  reset(): void;
  /** Another of its kind, for a validation in the middle of an epoch, when this one has batches of the epoch in it. */
  fresh?(): StreamingMetric<V>;
  /** What it has taken in, for a checkpoint in the middle of an epoch; promises are awaited. */
  stateDict?(): StateTree | Promise<StateTree>;
  /** Takes over what `stateDict` gave. */
  loadStateDict?(state: StateTree): void;
}

/** What a metric of this type gives over an epoch. */
export type ValueOf<M> = M extends StreamingMetric<infer V> ? V : number;

export function isStreaming(metric: unknown): metric is StreamingMetric {
  const { update, compute, reset } = (metric ?? {}) as Partial<StreamingMetric>;
  return [update, compute, reset].every((method) => typeof method === 'function');
}

/** What is read of a batch, and what else is known of it. */
interface Recorded {
  readonly tensors: readonly Tensor[];
}
/** How a metric of this library takes batches in. */
interface Parts<State, Batch extends Recorded, V> {
  readonly empty: () => State;
  /** Checks a batch, and records what is needed of it. */
  readonly record: (output: Tensor, target: Tensor) => Batch;
  /** Adds the values of the tensors that were recorded. */
  readonly add: (state: State, values: readonly ArrayLike<number>[], batch: Batch) => void;
  readonly result: (state: State) => V;
  /** The state as plain data and back again, where it is more than that. */
  readonly kept?: (state: State) => StateTree;
  readonly revived?: (kept: any) => State;
}

/** A streaming metric whose batches are added in their order; an `await` that was forgotten at `update` does no harm. */
export function streamingMetric<State, Batch extends Recorded, V extends MetricValue>(
  name: string,
  parts: Parts<State, Batch, V>,
): StreamingMetric<V> {
  const {
    empty,
    record,
    add,
    result,
    kept = (plain) => plain as StateTree,
    revived = (plain) => plain as State,
  } = parts;
  let [state, isEmpty, last] = [empty(), true, Promise.resolve()];
  return {
    update(output: Tensor, target: Tensor): Promise<void> {
      const batch = noGrad(() => record(output, target));
      const [values, into, before] = [Promise.all(batch.tensors.map((x) => x.data())), state, last];
      isEmpty = false;
      last = values.then((found) => before.then(() => add(into, found, batch)));
      return last;
    },
    async compute(): Promise<V> {
      await last;
      if (isEmpty) throw new ValueError(`${name}: there is nothing to compute; call update(output, target) first`);
      return result(state);
    },
    reset: () => void ([state, isEmpty, last] = [empty(), true, Promise.resolve()]),
    fresh: () => streamingMetric(name, parts),
    async stateDict(): Promise<StateTree> {
      await last;
      return { isEmpty, state: kept(state) };
    },
    loadStateDict(saved: StateTree): void {
      const { isEmpty: wasEmpty, state: plain } = saved as { isEmpty: boolean; state: unknown };
      [state, isEmpty, last] = [revived(plain), wasEmpty, Promise.resolve()];
    },
  };
}
