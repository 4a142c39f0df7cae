// How much of the processors others use, from /proc/stat; unknown where there is none.
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const ticksPerSecond = 100;

/** Seconds that all processors together have worked since the machine started, or undefined. */
export function busySeconds() {
  try {
    const [user, nice, system, , , irq, softirq, steal] = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))[1].split(' ').map(Number); // prettier-ignore
    return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
  } catch {
    return undefined;
  }
}

/** Seconds of processor that this process has used, all its threads together. */
export function ownSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A function that tells how many processors others have used on average since this call, or undefined. */
export function watchOthers() {
  const [busy, own, start] = [busySeconds(), ownSeconds(), performance.now()];
  return () => {
    if (busy === undefined) return undefined;
    const others = busySeconds() - busy - (ownSeconds() - own);
    return Math.max(0, others / ((performance.now() - start) / 1e3));
  };
}

/** Below this share of one processor, three times in a row over 0.3 seconds each, a machine is quiet. */
const quietShare = 0.12;

/**
 * Waits until nobody else uses the machine, at most `limit` seconds; 0 waits for nothing.
 * @returns `quiet`: whether it is quiet now, undefined where nobody can tell or nobody asked; `text` tells it
 */
export async function awaitQuiet(limit) {
  if (busySeconds() === undefined)
    return { quiet: undefined, text: 'no /proc/stat to tell whether the machine is quiet' };
  if (limit === 0) return { quiet: undefined, text: 'no quiet machine awaited' };
  const start = performance.now();
  const waited = () => (performance.now() - start) / 1e3;
  for (let inARow = 0; inARow < 3;) {
    if (waited() > limit) return { quiet: false, text: `the machine did not get quiet within ${limit} s` };
    const others = watchOthers();
    await setTimeout(300);
    inARow = others() < quietShare ? inARow + 1 : 0;
  }
  return { quiet: true, text: `machine quiet after ${waited().toFixed(1)} s` };
}

/** The most memory this process has held, in MB; resourceUsage alone would count what the parent held at the fork. */
export function peakMemory() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
