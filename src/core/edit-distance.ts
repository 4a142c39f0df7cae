/**
 * How much must be changed, added, left out or swapped with its neighbour to make one sequence of the other (Damerau and
 * Levenshtein, nothing being edited twice): of letters, or of names, of which one may be nearer to another than any third.
 * Adding, leaving out and swapping cost 1 each.
 * @param cost of putting one thing in another's place, from 0 to 1
 */
export function editDistance<T>(
  a: ArrayLike<T>,
  b: ArrayLike<T>,
  cost: (from: T, to: T) => number = (from, to) => Number(from !== to),
): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = rows[i - 1];
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSwap = i > 1 && j > 1 && cost(a[i - 1], b[j - 2]) === 0 && cost(a[i - 2], b[j - 1]) === 0;
      const edits = [row[j] + 1, next[j - 1] + 1, row[j - 1] + cost(a[i - 1], b[j - 1])];
      next.push(Math.min(...edits, isSwap ? rows[i - 2][j - 2] + 1 : Infinity));
    }
    rows.push(next);
  }
  return rows[a.length][b.length];
}
