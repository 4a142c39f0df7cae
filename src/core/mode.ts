/** Whether operations record what `backward` needs; `noGrad` switches it off. */
let recording = true;

export function gradEnabled(): boolean {
  return recording;
}

/** Runs `fn` with gradient recording switched to `on`; restores it even when `fn` throws. */
export function withGradMode<T>(on: boolean, fn: () => T): T {
  const before = recording;
  recording = on;
  try {
    return fn();
  } finally {
    recording = before;
  }
}
