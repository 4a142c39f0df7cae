import type { Shape } from './shape';

/**
 * What was made of a shape and a number (another shape's id, an axis), kept for good: a loop that records every step afresh
 * asks the same things in each of them.
 */
export class ShapeMemo<T> {
  readonly #made = new Map<Shape, Map<number, T>>();

  get(shape: Shape, key: number): T | undefined {
    return this.#made.get(shape)?.get(key);
  }
  set(shape: Shape, key: number, value: T): T {
    let made = this.#made.get(shape);
    if (made === undefined) this.#made.set(shape, (made = new Map<number, T>()));
    made.set(key, value);
    return value;
  }
}
