/** Imports go downward only; the rooms of one floor do not know each other. */
export const floors: readonly (readonly string[])[] = [
  ['core'],
  ['expr', 'kernels', 'graph'],
  ['ops', 'backend'],
  ['plan'],
  ['tensor'],
  ['module'],
  ['nn', 'optim', 'loss', 'data', 'io'],
  ['train'],
  ['cli'],
];

/** `from > to` pairs on one floor that may use each other's types: kernels and nodes carry scalar expressions. */
export const typesAllowed: readonly string[] = ['kernels > expr', 'graph > expr'];

/** Folders of `backend` that are rooms of their own: each prints the same kernels and knows none of the others. */
export const backends: readonly string[] = ['reference', 'wasm', 'gpu'];

export const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));
