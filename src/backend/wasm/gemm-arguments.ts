/**
 * What the functions of the packed matrix product (Goto and van de Geijn, "Anatomy of high-performance matrix multiplication") find
 * at their arguments' address, in words.
 */
export const argument = {
  /** The left factor: address, and where tables are of how many bytes each row, and each element of a row, is away from it. */
  a: 0,
  aRows: 1,
  aDepth: 2,
  /** The right one: the same for columns. */
  b: 3,
  bColumns: 4,
  bDepth: 5,
  /** The product: address and stride of rows in bytes; whether it is added to what is there. */
  c: 6,
  cRow: 7,
  adds: 8,
  /** Sizes of the block. */
  rows: 9,
  columns: 10,
  depth: 11,
  /** Where packed columns lie, and of the first thread packed rows and a tile; of others each time so many bytes further. */
  packedB: 12,
  packedA: 13,
  scratch: 14,
  perThread: 15,
  /** Of a batch: where its list is, of three words for each product: how far its a, b and c are from those above. */
  batch: 16,
  /** Of columns in runs: where their results begin, how many panels are not packed, and the steps of those that are. */
  runs: 17,
  direct: 18,
  panelSteps: 19,
  /** Whether all products of a batch have one left factor, which fits once packed; whether that has been packed. */
  sharesA: 20,
  hasA: 21,
  /** Where the first thread has arguments of its own, and packed columns; of others each time so many bytes further. */
  own: 22,
  ownPackedB: 23,
  ownBytes: 24,
  /** A table of how far results that lie side by side are from the first. */
  neighbours: 25,
  /** How many rows a tile has, at most as many as panels of packed rows have room for. */
  tileRows: 26,
  /** One of `leftWays`; whether columns are touched before they are packed. */
  leftWay: 27,
  touches: 28,
  /** Whether a matrix is a triangle, and the bounds of what is to be computed: see `boundsOf`. */
  isTriangle: 29,
  depthFrom: 30,
  depthTo: 31,
  columnsFrom: 32,
  columnsTo: 33,
  /** How much of the depth is a block: its sums are added to those of the one before. */
  block: 34,
} as const;
export const argumentCount = Object.keys(argument).length;
