/**
 * How much must be changed, added or left out to make one sequence of the other (Levenshtein): of letters, or of names,
 * of which one may be nearer to another than any third. Adding and leaving out cost 1 each.
 * @param cost of putting one thing in another's place, from 0 to 1
 */
export function editDistance<T>(
  a: ArrayLike<T>,
  b: ArrayLike<T>,
  cost: (from: T, to: T) => number = (from, to) => Number(from !== to),
): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + cost(a[i - 1], b[j - 1])));
    row = next;
  }
  return row[b.length];
}
