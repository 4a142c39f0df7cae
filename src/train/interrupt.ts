type Signals = 'SIGINT';
interface Process {
  once?(signal: Signals, listener: () => void): unknown;
  off?(signal: Signals, listener: () => void): unknown;
}

/** Calls `fn` at the first Ctrl-C, of which there is none in a browser; the second does what it always did. */
export function onInterrupt(fn: () => void): () => void {
  const { process } = globalThis as { process?: Process };
  process?.once?.('SIGINT', fn);
  return () => void process?.off?.('SIGINT', fn);
}
