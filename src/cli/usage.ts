export const help = `decograd: what a model holds, and what there is to compute with, from the shell

  npx decograd inventory FILE [--export NAME] [--format table|json|md|csv] [--check SAVED.json]

FILE is TypeScript or JavaScript. Its models are the decorated classes among its exports that can be constructed without
arguments, exported instances, and what exported functions named create..., make... or build... return.

  --export NAME    this export only: a class, an instance, or any function that returns a model (a promise of one, too)
  --format FORMAT  table (the default), json, md or csv
  --check SAVED    compare with a saved inventory (--format json > SAVED) and fail, naming what was added, removed,
                   renamed, reshaped, frozen or untied; prints the inventory only if --format is given

  npx decograd doctor [--json] [--seconds S]

Opens every device and says what it is, how fast it multiplies matrices, or why it is not here and what would change that.

  --json           for programs
  --seconds S      for how long each device is measured: 1 (the default) or less

  --help

Exit code: 0; 1 where the check failed, or a device that should work does not; 2 where something could not be done.`;

/** Something the user can put right; printed without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What an error of any kind says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
