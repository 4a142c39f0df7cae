import { compileGemm, tile, type GemmKernels } from './gemm-kernels';
import type { EngineMemory } from './memory';

/** One factor of a product: where it begins, and by how many elements it moves along its first and second axis. */
export interface Factor {
  readonly address: number;
  readonly strides: readonly [number, number];
}

// Blocks that fit the caches: a packed block of A stays in the second level while panels of B pass through the first.
const depthBlock = 256;
const rowBlock = 96;
const columnBlock = 1024;

const bytesOfPanels = (count: number, width: number): number => 4 * depthBlock * Math.ceil(count / width) * width;

/** The packed matrix product for any strides and sizes. */
export class Gemm {
  readonly #kernels: GemmKernels;
  readonly #a: number;
  readonly #b: number;
  readonly #scratch: number;

  constructor(memory: EngineMemory) {
    const { rows, columns } = tile();
    this.#kernels = compileGemm(memory.memory);
    this.#a = memory.allocate(bytesOfPanels(rowBlock, rows), 'packed rows of a matrix product');
    this.#b = memory.allocate(bytesOfPanels(columnBlock, columns), 'packed columns of a matrix product');
    this.#scratch = memory.allocate(4 * rows * columns, 'a tile of a matrix product');
  }

  /** The row-major [m, n] at `c` becomes a times b; k is at least 1. */
  run(m: number, n: number, k: number, a: Factor, b: Factor, c: number): void {
    for (let j = 0; j < n; j += columnBlock)
      for (let p = 0; p < k; p += depthBlock) {
        const [columns, depth] = [Math.min(columnBlock, n - j), Math.min(depthBlock, k - p)];
        const right = b.address + 4 * (p * b.strides[0] + j * b.strides[1]);
        this.#kernels.packColumns(right, 4 * b.strides[1], 4 * b.strides[0], columns, depth, this.#b);
        for (let i = 0; i < m; i += rowBlock) {
          const rows = Math.min(rowBlock, m - i);
          const left = a.address + 4 * (i * a.strides[0] + p * a.strides[1]);
          this.#kernels.packRows(left, 4 * a.strides[0], 4 * a.strides[1], rows, depth, this.#a);
          const corner = c + 4 * (i * n + j);
          this.#kernels.multiply(rows, columns, depth, this.#a, this.#b, corner, 4 * n, Number(p > 0), this.#scratch);
        }
      }
  }
}
