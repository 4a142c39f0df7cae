/** What values come to; those that are infinite or no numbers are counted and otherwise left out. */
export interface Summary {
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  readonly strange: number;
}

export function summary(values: ArrayLike<number>): Summary {
  let [min, max, sum, strange] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) strange++;
    else {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
    }
  }
  const count = values.length - strange;
  return count === 0 ? { min: null, mean: null, max: null, strange } : { min, mean: sum / count, max, strange };
}
