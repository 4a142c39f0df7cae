/** Steps on the CPU never wait: without a turn for them now and then, timers, servers and pages would stand still. */
export function breather(milliseconds = 100): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < milliseconds) return undefined;
    return new Promise((resolve) => setTimeout(resolve)).then(() => void (last = performance.now()));
  };
}
