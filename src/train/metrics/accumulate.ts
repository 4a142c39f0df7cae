import { isStreaming, type Metric, type MetricValue, type StreamingMetric } from './metric';
import type { Scores } from '../history';
import type { Objective } from '../step';

type Metrics = Readonly<Record<string, Metric | StreamingMetric>>;

/** Runs one pass over the data from a fresh start of every streaming metric; their values join the scores, in the order given. Without metrics the scores are those of the pass. */
export async function accumulated(
  metrics: Metrics | undefined,
  pass: () => Promise<Scores>,
): Promise<Scores<string, MetricValue>> {
  if (metrics === undefined) return pass();
  const streams = Object.values(metrics).filter(isStreaming);
  for (const metric of streams) metric.reset();
  const { loss, metrics: averages } = await pass();
  const values: Record<string, MetricValue> = {};
  for (const [name, metric] of Object.entries(metrics))
    values[name] = isStreaming(metric) ? await metric.compute() : averages[name];
  return { loss, metrics: values };
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
