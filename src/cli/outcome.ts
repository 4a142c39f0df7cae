/** What a command has to say, and the exit code. */
export interface Outcome {
  readonly output: string;
  readonly messages: readonly string[];
  readonly code: 0 | 1;
}
