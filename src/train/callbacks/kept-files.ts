/** A checkpoint with the value that it is ranked by. */
export type Ranked = { readonly path: string; readonly value: number };

/** The best with one more among them; of equal values the older stays. What is no number is never among them. */
export function bestWith(best: readonly Ranked[], one: Ranked, mode: 'min' | 'max', keep: number): Ranked[] {
  const sign = mode === 'min' ? 1 : -1;
  const others = best.filter(({ path }) => path !== one.path);
  const all = Number.isNaN(one.value) ? others : [...others, one];
  return all.sort((a, b) => sign * (a.value - b.value)).slice(0, keep);
}
