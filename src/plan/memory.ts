/** From which step to which a buffer must hold its value. */
export interface Lifetime {
  readonly bytes: number;
  from: number;
  to: number;
}

const aligned = (bytes: number) => (bytes + 63) & ~63;

/** Offsets such that buffers alive at one time never overlap: the largest first, each as low as it fits. */
export function placeInArena(lives: readonly Lifetime[]): { offsets: number[]; bytes: number } {
  const offsets = new Array<number>(lives.length).fill(0);
  const placed: number[] = []; // by offset
  let total = 0;
  const bySize = lives.map((_, i) => i).filter((i) => lives[i].to >= lives[i].from);
  bySize.sort((a, b) => lives[b].bytes - lives[a].bytes || a - b);
  for (const i of bySize) {
    const { bytes, from, to } = lives[i];
    let at = 0;
    for (const j of placed) {
      const other = lives[j];
      if (other.from > to || other.to < from) continue;
      if (offsets[j] >= at + bytes) break;
      at = Math.max(at, aligned(offsets[j] + other.bytes));
    }
    offsets[i] = at;
    total = Math.max(total, aligned(at + bytes));
    const next = placed.findIndex((j) => offsets[j] > at);
    placed.splice(next < 0 ? placed.length : next, 0, i);
  }
  return { offsets, bytes: total };
}
