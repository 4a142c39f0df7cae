/** Imports go downward only; the rooms of one floor do not know each other. */
export const floors: readonly (readonly string[])[] = [
  ['core'],
  ['expr'],
  ['kernels', 'graph'],
  ['ops', 'backend'],
  ['plan'],
  ['tensor'],
  ['module'],
  ['nn', 'optim', 'loss', 'data', 'io', 'profile'],
  ['train'],
  ['cli'],
];

/** Folders of `backend` that are rooms of their own: each prints the same kernels and knows none of the others. */
export const backends: readonly string[] = ['reference', 'wasm', 'gpu'];

export const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));
