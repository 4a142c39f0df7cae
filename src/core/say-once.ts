interface Process {
  emitWarning?(text: string, type: string): void;
}

const said = new Set<string>();

/** Tells the user that something is not as it could be, the first time: a warning in Node, on the console elsewhere. */
export function sayOnce(text: string): void {
  if (said.has(text)) return;
  said.add(text);
  const { process } = globalThis as { process?: Process };
  if (process?.emitWarning) process.emitWarning(text, 'decograd');
  else globalThis.console.warn(`decograd: ${text}`);
}
