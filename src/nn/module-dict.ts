import { TreeError } from '../core/errors';
import { isModule, module, Module } from '../module';
import { show } from '../module/shape-declaration';

/**
 * Modules by name; a name becomes part of their paths. Iterates as a Map does, over [name, module].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 * @throws TreeError for what is no module, a name that every module uses for something else, such as 'parameters', a name
 *   that makes no path, and reading a name that is not there
 * @example new ModuleDict({ encoder: new Linear(8, 2), decoder: new Linear(2, 8) }).get('encoder').forward(x);
 */
@module
export class ModuleDict<M extends object = Module> extends Module implements Iterable<[string, M]> {
  constructor(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]> = {}) {
    super();
    this.update(modules);
  }

  get size(): number {
    return this.keys().length;
  }
  set(name: string, item: M): this {
    if (name in this && !this.has(name))
      throw new TreeError(`ModuleDict: '${name}' already means something on every module; choose another name`);
    if (name === '' || name.includes('.'))
      throw new TreeError(`ModuleDict: '${name}' makes no path; choose a name with letters and without dots`);
    if (!isModule(item))
      throw new TreeError(`ModuleDict: '${name}' is ${show(item)}, no module; give an instance of a class that carries @module`); // prettier-ignore
    (this as unknown as Record<string, M>)[name] = item;
    return this;
  }
  /** Sets all of an object's, Map's or list of pairs' modules. */
  update(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]>): this {
    const pairs = Symbol.iterator in modules ? modules : Object.entries(modules);
    for (const [name, item] of pairs) this.set(name, item);
    return this;
  }
  get(name: string): M {
    if (!this.has(name))
      throw new TreeError(`ModuleDict: there is no '${name}'; known are ${this.keys().join(', ') || 'none'}`);
    return (this as unknown as Record<string, M>)[name];
  }
  has(name: string): boolean {
    return Object.hasOwn(this, name) && isModule((this as unknown as Record<string, unknown>)[name]);
  }
  /** Takes a module out; tells whether it was there. */
  delete(name: string): boolean {
    return this.has(name) && delete (this as unknown as Record<string, M>)[name];
  }
  keys(): string[] {
    return Object.keys(this).filter((name) => this.has(name));
  }
  values(): M[] {
    return this.keys().map((name) => this.get(name));
  }
  entries(): [string, M][] {
    return this.keys().map((name) => [name, this.get(name)]);
  }
  [Symbol.iterator](): Iterator<[string, M]> {
    return this.entries()[Symbol.iterator]();
  }
}
