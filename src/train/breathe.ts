const milliseconds = 100;
/** When the event loop last had a turn from here: for all loops, since epochs and predictions may be shorter than that. */
let last = 0;

/** Steps on the CPU never wait: without a turn for them now and then, timers, signals, servers and pages would stand still. */
export function breathe(): Promise<void> | undefined {
  if (performance.now() - last < milliseconds) return undefined;
  return new Promise<void>(turn).then(() => void (last = performance.now()));
}

/** Node's setImmediate comes after timers, signals and sockets had their turn; setTimeout would sleep a millisecond. */
function turn(resolve: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (fn: () => void) => void };
  if (setImmediate) setImmediate(resolve);
  else setTimeout(resolve);
}
