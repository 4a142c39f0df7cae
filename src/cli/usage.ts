export const help = `decograd: what a model holds, from the shell

  npx decograd inventory FILE [--export NAME] [--format table|json|md|csv] [--check SAVED.json]

FILE is TypeScript or JavaScript. Its models are the decorated classes among its exports that can be constructed without
arguments, exported instances, and what exported functions named create..., make... or build... return.

  --export NAME    this export only: a class, an instance, or any function that returns a model (a promise of one, too)
  --format FORMAT  table (the default), json, md or csv
  --check SAVED    compare with a saved inventory (--format json > SAVED) and fail, naming what was added, removed,
                   renamed, reshaped, frozen or untied; prints the inventory only if --format is given
  --help

Exit code: 0, 1 where the check failed, 2 where something could not be done.`;

/** Something the user can put right; printed without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What an error of any kind says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
