import type { Mode } from '../modes/gpu-js';

/** How threads compute a matrix product. */
export interface Formulation {
  /** So many products, at most, are one step of the innermost loop: positions are computed once for them. */
  readonly products: number;
  /** How the products of a step come to the total: one by one, or as their sum, which may be made of sums of two. */
  readonly adding: 'one by one' | 'sum' | 'sums of two';
  /** So many neighbours in a row, at most, one thread computes: what it reads of the left factor serves them all. */
  readonly results: number;
}

/** So many threads keep a GPU busy; none of them computes several results where that would leave fewer. */
export const enoughThreads = 2 ** 14;

/** One number a thread, as everywhere else. */
const single: Formulation = { products: 4, adding: 'one by one', results: 1 };
const fourfold: Formulation = { ...single, results: 4 };

/**
 * What is in use. `bench/GPU-PRODUCTS.md` has the figures, and says on what they were measured: several results a thread were the
 * fastest for all kinds of product there. The modes on the CPU are for tests, and WebGL 1 was not measured.
 */
export const formulations: Readonly<Record<Mode, Formulation>> = {
  cpu: single,
  webasm: single,
  webgpu: fourfold,
  webgl2: fourfold,
  webgl: single,
  headlessgl: single,
};
