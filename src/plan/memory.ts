/** From which step to which a buffer must hold its value. */
export interface Lifetime {
  readonly bytes: number;
  from: number;
  to: number;
}

const aligned = (bytes: number) => Math.ceil(bytes / 64) * 64;

/** Up to so many buffers are packed by size, which is tighter and takes quadratic time; more are packed by time. */
const manyBuffers = 512;

/** Offsets such that buffers alive at one time never overlap. */
export function placeInArena(lives: readonly Lifetime[]): { offsets: number[]; bytes: number } {
  const used = lives.map((_, i) => i).filter((i) => lives[i].to >= lives[i].from);
  return used.length <= manyBuffers ? placeBySize(lives, used) : placeByTime(lives, used);
}

/** The largest first, each as low as it fits. */
function placeBySize(lives: readonly Lifetime[], used: number[]): { offsets: number[]; bytes: number } {
  const offsets = new Array<number>(lives.length).fill(0);
  const placed: number[] = []; // by offset
  let total = 0;
  for (const i of used.sort((a, b) => lives[b].bytes - lives[a].bytes || a - b)) {
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

/** In the order of their first steps, each in the tightest hole that buffers have left by then, or on top. */
function placeByTime(lives: readonly Lifetime[], used: readonly number[]): { offsets: number[]; bytes: number } {
  const offsets = new Array<number>(lives.length).fill(0);
  const byEnd = [...used].sort((a, b) => lives[a].to - lives[b].to);
  const holes = new Holes();
  let ended = 0;
  for (const i of [...used].sort((a, b) => lives[a].from - lives[b].from || lives[b].bytes - lives[a].bytes)) {
    for (; lives[byEnd[ended]].to < lives[i].from; ended++)
      holes.give(offsets[byEnd[ended]], aligned(lives[byEnd[ended]].bytes));
    offsets[i] = holes.take(aligned(lives[i].bytes));
  }
  return { offsets, bytes: holes.top };
}

/** The free stretches below the top of the arena, by offset. */
class Holes {
  top = 0;
  readonly #holes: { at: number; bytes: number }[] = [];

  take(bytes: number): number {
    const holes = this.#holes;
    let best = -1;
    for (let k = 0; k < holes.length; k++)
      if (holes[k].bytes >= bytes && (best < 0 || holes[k].bytes < holes[best].bytes)) best = k;
    if (best < 0) {
      this.top += bytes;
      return this.top - bytes;
    }
    const hole = holes[best];
    const { at } = hole;
    hole.at += bytes;
    hole.bytes -= bytes;
    if (hole.bytes === 0) holes.splice(best, 1);
    return at;
  }

  give(at: number, bytes: number): void {
    const holes = this.#holes;
    let next = holes.findIndex((hole) => hole.at > at);
    if (next < 0) next = holes.length;
    const [before, after] = [holes[next - 1], holes[next]];
    const joinsBefore = before !== undefined && before.at + before.bytes === at;
    const joinsAfter = after !== undefined && at + bytes === after.at;
    if (joinsBefore) before.bytes += bytes;
    else if (joinsAfter) [after.at, after.bytes] = [at, after.bytes + bytes];
    else holes.splice(next, 0, { at, bytes });
    if (joinsBefore && joinsAfter) {
      before.bytes += after.bytes;
      holes.splice(next, 1);
    }
  }
}
