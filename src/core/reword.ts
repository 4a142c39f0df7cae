/** Changes an error's message, in its stack as well, which is what consoles print. */
export function reword(error: Error, message: string): void {
  const { stack, message: before } = error;
  error.message = message;
  if (stack !== undefined) error.stack = stack.replace(before, () => message);
}
