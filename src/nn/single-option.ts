import { checkOptions } from '../core/options';

/** The one argument of a layer, by position or by name as in PyTorch: `new ELU(0.5)` or `new ELU({ alpha: 0.5 })`. */
export type SingleOption<Name extends string, T> = T | { readonly [name in Name]?: T };

/** @throws ValueError for an object with any other option */
export function singleOption<T extends number | null>(
  layer: string,
  name: string,
  given: SingleOption<string, T>,
  preset: T,
): T {
  if (typeof given !== 'object' || given === null) return given;
  checkOptions(layer, given, [name]);
  return given[name] ?? preset;
}
