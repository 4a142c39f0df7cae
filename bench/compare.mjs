// Whether peers compute the same: the losses of ten steps, or ten values of the result.
import { programOf } from './launch.mjs';

/** The largest difference, relative to max(1, |expected|). Infinite where a value is missing or not finite. */
export function difference(values, expected) {
  if (values.length !== expected.length) return Infinity;
  const differences = values.map((value, i) => Math.abs(value - expected[i]) / Math.max(1, Math.abs(expected[i])));
  return differences.reduce((worst, d) => (d <= worst ? worst : Number.isFinite(d) ? d : Infinity), 0);
}

/** How far a peer's values may be from PyTorch's; a workload's `tolerances` name peers that need more, with the reason. */
const tolerance = 1e-4;

/** @throws Error with both lists, where they differ by more than the tolerance */
export function compare(workload, column, values, by, expected) {
  const allowed = workload.tolerances?.[programOf(column.peer)] ?? tolerance;
  const found = difference(values, expected);
  if (found <= allowed) return found;
  throw new Error(
    `${workload.name}: ${column.title} and ${by.title} differ by ${found.toExponential(1)}, more than ${allowed}\n` +
      `  ${column.title}: ${values.join(', ')}\n  ${by.title}: ${expected.join(', ')}`,
  );
}
