export { explain, type Explainable, type ExplainOptions } from './explain';
export { Explanation, type ExplainedKernel, type ExplainedTotals } from './explanation';
export { traceOf, type Trace } from './trace';
