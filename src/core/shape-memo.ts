import type { Shape } from './shape';

/**
 * What was made of a shape and a number (another shape's id, an axis), kept for good: a loop that records every step afresh
 * asks the same things in each of them.
 */
export class ShapeMemo<T> {
  readonly #made: Map<number, T>[] = [];

  get(shape: Shape, key: number): T | undefined {
    return this.#made[shape.id]?.get(key);
  }
  set(shape: Shape, key: number, value: T): T {
    (this.#made[shape.id] ??= new Map<number, T>()).set(key, value);
    return value;
  }
}
