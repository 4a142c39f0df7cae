import { TreeError } from '../core/errors';
import { module, Module } from '../module';

/**
 * Modules by name; a name becomes part of their paths.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 * @throws TreeError for a name that a module already uses for something else, such as 'forward'
 * @example new ModuleDict({ encoder: new Linear(8, 2), decoder: new Linear(2, 8) }).get('encoder').forward(x);
 */
@module
export class ModuleDict<M extends object = Module> extends Module {
  readonly #names = new Set<string>();

  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    for (const [name, item] of Object.entries(modules)) this.set(name, item);
  }

  set(name: string, item: M): this {
    if (name in this && !this.#names.has(name))
      throw new TreeError(`ModuleDict: '${name}' already means something on every module; choose another name`);
    this.#names.add(name);
    Object.defineProperty(this, name, { value: item, writable: true, enumerable: true, configurable: true });
    return this;
  }
  get(name: string): M {
    if (!this.#names.has(name))
      throw new TreeError(`ModuleDict: there is no '${name}'; known are ${[...this.#names].join(', ') || 'none'}`);
    return (this as unknown as Record<string, M>)[name]!;
  }
  has(name: string): boolean {
    return this.#names.has(name);
  }
  keys(): string[] {
    return [...this.#names];
  }
  entries(): [string, M][] {
    return this.keys().map((name) => [name, this.get(name)]);
  }
}
