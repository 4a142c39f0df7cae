import type { StateTree } from '../../io';
import { isStreaming, type Metric, type MetricValue, type StreamingMetric } from './metric';
import type { Scores } from '../history';
import type { Objective } from '../step';

type Metrics = Readonly<Record<string, Metric | StreamingMetric>>;

/** What streaming metrics have taken in, by name; of those that do not tell, nothing. */
export type MetricStates = Readonly<Record<string, StateTree>>;

export async function statesOf(metrics: Metrics = {}): Promise<MetricStates> {
  const entries = Object.entries(metrics).map(async ([name, metric]) => [name, isStreaming(metric) ? await metric.stateDict?.() : undefined] as const); // prettier-ignore
  return Object.fromEntries(await Promise.all(entries));
}

/**
 * Runs one pass over the data from a fresh start of every streaming metric, or from what it had taken in; their values join
 * the scores, in the order given. Without metrics the scores are those of the pass.
 */
export async function accumulated(
  metrics: Metrics | undefined,
  pass: () => Promise<Scores>,
  from: MetricStates = {},
): Promise<Scores<string, MetricValue>> {
  if (metrics === undefined) return pass();
  for (const [name, metric] of Object.entries(metrics)) if (isStreaming(metric)) begin(metric, from[name]);
  const { loss, metrics: averages } = await pass();
  const values: Record<string, MetricValue> = {};
  for (const [name, metric] of Object.entries(metrics))
    values[name] = isStreaming(metric) ? await metric.compute() : averages[name];
  return { loss, metrics: values };
}

function begin(metric: StreamingMetric, from: StateTree): void {
  metric.reset();
  if (from !== undefined) metric.loadStateDict?.(from);
}

/** The metrics for a pass within another, which goes on afterwards. */
export function freshMetrics(metrics: Metrics = {}): Metrics {
  const fresh = (metric: Metric | StreamingMetric) => (isStreaming(metric) ? (metric.fresh?.() ?? metric) : metric);
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, fresh(metric)]));
}

/** The objective without what a step would change. */
export function withoutStreams({ loss, metrics = {} }: Objective): Objective {
  return { loss, metrics: Object.fromEntries(Object.entries(metrics).filter(([, metric]) => !isStreaming(metric))) };
}
