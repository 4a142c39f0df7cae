import { IndexError } from '../core/errors';
import { Module } from '../module';

/** What ModuleList and Sequential share: modules under the names '0', '1', ..., which are their paths. */
export abstract class NumberedModules<M extends object> extends Module implements Iterable<M> {
  [index: number]: M;

  /** @throws TreeError for what cannot stand in this list */
  protected abstract check(item: M, index: number): void;

  get length(): number {
    return numbers(this).length;
  }
  /** Adds a module at the end. */
  append(item: M): this {
    return this.extend([item]);
  }
  /** Adds modules at the end. */
  extend(items: Iterable<M>): this {
    let next = (numbers(this).at(-1) ?? -1) + 1;
    for (const item of items) {
      this.check(item, next);
      this[next++] = item;
    }
    return this;
  }
  /**
   * Puts a module before the one at `index`, which moves up by one name as do those after it. Negative counts from the end.
   * @throws IndexError where the list is shorter
   */
  insert(index: number, item: M): this {
    const items = [...this];
    if (!Number.isInteger(index) || Math.abs(index) > items.length)
      throw new IndexError(`insert: index ${index} is outside a list of ${items.length}; allowed are ${-items.length} to ${items.length}`); // prettier-ignore
    this.check(item, index);
    items.splice(index, 0, item);
    for (const number of numbers(this)) delete this[number];
    return this.extend(items);
  }
  /** The module at a position; negative ones count from the end. */
  at(index: number): M | undefined {
    return [...this].at(index);
  }
  *[Symbol.iterator](): Iterator<M> {
    for (const number of numbers(this)) yield this[number];
  }
}

/** The names that are numbers: own keys begin with them, ascending. */
export function numbers(list: object): number[] {
  const found: number[] = [];
  for (const name of Object.keys(list)) {
    const number = Number(name);
    if (!Number.isInteger(number) || String(number) !== name) break;
    found.push(number);
  }
  return found;
}
