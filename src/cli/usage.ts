export const help = `decograd: what a model or a file holds, and what there is to compute with, from the shell

  npx decograd inventory FILE[#NAME] [--export NAME] [--format table|json|md|csv] [--check SAVED.json]

FILE is TypeScript or JavaScript. Its models are the decorated classes among its exports that can be constructed without
arguments, exported instances, and what exported functions named create..., make... or build... return.

  --export NAME    this export only, as FILE#NAME says too: a class, an instance, or any function that returns a model (a promise of one, too)
  --format FORMAT  table (the default), json, md or csv
  --check SAVED    compare with a saved inventory (--format json > SAVED) and fail, naming what was added, removed,
                   renamed, reshaped, frozen or untied; prints the inventory only if --format is given

  npx decograd doctor [--json] [--seconds S]

Opens every device and says what it is, how fast it multiplies matrices, or why it is not here and what would change that.

  --json           for programs
  --seconds S      for how long each device is measured: 1 (the default) or less

  npx decograd checkpoint FILE_OR_FOLDER [--values] [--model FILE#NAME] [--migrate OLD=NEW ...] [--out FILE]

Prints the tensors of a .safetensors, .pt, .pth or .npz file; of a checkpoint of a run, or the newest in a folder, its epoch
and step too.

  --values           the least, mean and greatest value of each
  --model FILE#NAME  compare with a model that FILE exports, and fail, naming what is renamed, missing, unexpected, reshaped
  --migrate OLD=NEW  rename a path, 'fc.weight=head.weight', or all below one, 'fc.*=head.*'; 'fc.*=' drops. In a
                     checkpoint the optimizers' states are renamed too
  --out FILE         write what --migrate comes to as safetensors; metadata and dtypes are kept

  --help, --version

Exit code: 0; 1 where the check failed, the model differs, or a device that should work does not; 2 where something could not be done.`;

/** Something the user can put right; printed without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What an error of any kind says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
