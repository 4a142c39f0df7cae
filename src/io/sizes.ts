/** As many axes as numpy knows. Shapes are kept for good, so a damaged file must not make endless ones. */
const maxRank = 64;

/** Whether something read from a file is a shape: a list of whole numbers of at least 0. */
export function isSizes(list: unknown): list is number[] {
  return Array.isArray(list) && list.length <= maxRank && list.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
}
