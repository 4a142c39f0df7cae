export type { Metric, MetricValue, StreamingMetric, ValueOf } from './metric';
export { accuracy } from './accuracy';
export { topK } from './top-k';
export { confusionMatrix, type ClassMetricOptions } from './confusion-matrix';
export { f1, precision, recall, type ClassAverage, type ScoreOptions, type ScoreValue } from './precision-recall';
export { rocAuc, type RocAucOptions } from './roc-auc';
export { mae, r2, rmse } from './regression';
export { perplexity, type PerplexityOptions } from './perplexity';
