import { show } from '../core/show';
import { isInfer, type Infer } from './infer';

export { show };

/** One size of a declared shape: a number, the name of a numeric field of the instance, or `infer(...)`. */
export type DimDeclaration = number | string | Infer;

/** What a shape function may return: sizes, or `null` for a field that is deliberately absent. */
export type ResolvedShape = readonly (number | Infer)[];

/** The shape of a `@param` or `@buffer`: a tuple of sizes, or a function of the finished instance. */
export type ShapeDeclaration = readonly DimDeclaration[] | ((self: any) => ResolvedShape | null);

/** What is wrong with a shape as it was written, before there is an instance; `undefined` when it can hold. */
export function shapeMistake(shape: unknown): string | undefined {
  if (typeof shape === 'function') return undefined;
  if (!Array.isArray(shape))
    return `a shape is a tuple such as [3, 4] or a function of the instance, not ${show(shape)}`;
  const wrong = shape.find((dim) => (typeof dim === 'string' ? dim === '' : !isInfer(dim) && !isSize(dim)));
  return wrong === undefined && !shape.includes(undefined) ? undefined : badSize(wrong);
}

/** The sizes on this instance, or what is wrong with them; `null` means absent. */
export function resolveShape(shape: ShapeDeclaration, self: object): ResolvedShape | null | { wrong: string } {
  if (typeof shape === 'function') return checkReturned(shape(self));
  const dims: (number | Infer)[] = [];
  for (const dim of shape) {
    const size = typeof dim === 'string' ? (self as Record<string, unknown>)[dim] : dim;
    if (!isSize(size) && !isInfer(size)) return { wrong: badNamedSize(dim, size) };
    dims.push(size);
  }
  return dims;
}

function checkReturned(result: unknown): ResolvedShape | null | { wrong: string } {
  if (result === null) return null;
  if (!Array.isArray(result))
    return { wrong: `its shape function returned ${show(result)}; return a list of sizes, or null to leave it out` };
  const wrong = [...result].find((dim) => !isSize(dim) && !isInfer(dim));
  if (wrong === undefined && !result.includes(undefined)) return result as ResolvedShape;
  return { wrong: `its shape function returned [${result.map(show).join(', ')}]: ${badSize(wrong)}` };
}

function isSize(dim: unknown): dim is number {
  return typeof dim === 'number' && Number.isInteger(dim) && dim >= 0;
}

function badSize(dim: unknown): string {
  return `${show(dim)} is no size: write whole numbers of at least 0, names of numeric fields, or infer(...)`;
}

function badNamedSize(dim: unknown, value: unknown): string {
  const remedy = `assign this.${String(dim)} a whole number of at least 0 in the constructor`;
  return `its shape names ${show(dim)}, which is ${show(value)} on the instance; ${remedy}`;
}

/** A shape as users read it: sizes that are still to be inferred are `?`. */
export function showResolved(shape: ResolvedShape): string {
  return `[${shape.map((dim) => (isInfer(dim) ? '?' : dim)).join(', ')}]`;
}

/** Whether `actual` has the sizes that `declared` knows. */
export function shapeFits(declared: ResolvedShape, actual: readonly number[]): boolean {
  return declared.length === actual.length && declared.every((dim, i) => isInfer(dim) || dim === actual[i]);
}
