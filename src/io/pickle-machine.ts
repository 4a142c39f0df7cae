import type { Budget } from './budget';
import type { PickleReader } from './pickle-reader';

/** A name in a pickle, as the caller's list of what is allowed knows it. */
export class Global {
  constructor(
    readonly name: string,
    /** Makes a value; absent where the name only marks a type. */
    readonly make?: (args: readonly unknown[]) => unknown,
  ) {}
}

/** A Python dict. */
export type Dict = Record<string, unknown>;

/** What only the caller can tell. */
export interface PickleWorld {
  /** What a name stands for. Throws for those that are not allowed. */
  global(name: string): unknown;
  /** What stands outside of the pickle. */
  persistent(id: unknown): unknown;
}

/** About what an empty list or dict, and what a place in the memo, takes. */
const [containerBytes, memoBytes] = [64, 16];

/**
 * The stack machine that pickles are written for, without the part that runs code: names are looked up in the caller's
 * list alone. Lists and tuples are arrays, dicts are objects, sets are sets.
 *
 * Source: https://docs.python.org/3/library/pickletools.html
 */
export class PickleMachine {
  private stack: unknown[] = [];
  private readonly marked: unknown[][] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    readonly reader: PickleReader,
    readonly world: PickleWorld,
    private readonly budget: Budget,
  ) {}

  push(value: unknown): void {
    this.stack.push(value);
  }
  /** Pushes something that takes memory by itself. */
  pushNew(value: object): void {
    this.budget.take(containerBytes, 'its lists and dicts');
    this.stack.push(value);
  }
  pop(): unknown {
    if (this.stack.length === 0) this.reader.refuse('a value is asked for where there is none');
    return this.stack.pop();
  }
  top(): unknown {
    if (this.stack.length === 0) this.reader.refuse('a value is asked for where there is none');
    return this.stack[this.stack.length - 1];
  }
  mark(): void {
    this.budget.take(containerBytes, 'its lists and dicts');
    this.marked.push(this.stack);
    this.stack = [];
  }
  /** What was pushed since the last mark. */
  popMark(): unknown[] {
    const items = this.stack;
    this.stack = this.marked.pop() ?? this.reader.refuse('a mark is asked for where there is none');
    return items;
  }

  remember(index = this.memo.size): void {
    this.budget.take(memoBytes, 'its memo');
    this.memo.set(index, this.top());
  }
  recall(index: number): void {
    if (!this.memo.has(index)) this.reader.refuse(`nothing was kept under ${index}`);
    this.push(this.memo.get(index));
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) return this.reader.refuse('items are added to what is no list');
    for (const item of items) list.push(item);
  }
  addAll(items: readonly unknown[]): void {
    const set = this.top();
    if (!(set instanceof Set)) return this.reader.refuse('items are added to what is no set');
    for (const item of items) set.add(item);
  }
  setAll(pairs: readonly unknown[]): void {
    const dict = this.top();
    if (!isDict(dict)) return this.reader.refuse('keys are set in what is no dict');
    if (pairs.length % 2 !== 0) this.reader.refuse('a key has no value');
    for (let i = 0; i < pairs.length; i += 2) this.set(dict, pairs[i], pairs[i + 1]);
  }
  /** Sets one key of a dict: a text, or a whole number, which becomes one. */
  set(dict: Dict, key: unknown, value: unknown): void {
    if (typeof key !== 'string' && typeof key !== 'bigint' && !Number.isInteger(key))
      this.reader.refuse(`keys of dicts are texts or whole numbers here, not ${describe(key)}`);
    const name = String(key);
    if (Object.hasOwn(dict, name)) this.reader.refuse(`two keys of a dict are '${name}'`);
    setKey(dict, name, value);
  }

  global(name: string): void {
    this.push(this.world.global(name));
  }
  /** Calls what is allowed to be called. */
  reduce(): Promise<void> | void {
    const [args, callee] = [this.pop(), this.pop()];
    if (!(callee instanceof Global) || !callee.make || !Array.isArray(args))
      return this.reader.refuse(`${describe(callee)} is called, which is no function`);
    const made = callee.make(args);
    if (!(made instanceof Promise)) return this.push(made);
    return made.then((value) => this.push(value));
  }
  /** Attributes of a dict, such as the `_metadata` of a state dict, are left out; nothing else has any. */
  build(): void {
    this.pop();
    if (!isDict(this.top())) this.reader.refuse(`attributes are set on ${describe(this.top())}`);
  }
}

/** Sets a key that may be one JavaScript gives a meaning, such as `__proto__`. */
export function setKey(dict: Dict, key: string, value: unknown): void {
  Object.defineProperty(dict, key, { value, writable: true, enumerable: true, configurable: true });
}

export function isDict(value: unknown): value is Dict {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** For errors: short, and without walking into anything. */
export function describe(value: unknown): string {
  if (value instanceof Global) return value.name;
  if (typeof value === 'string') return `'${value.slice(0, 40)}'`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 40);
}
