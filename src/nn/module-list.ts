import { module, Module } from '../module';

/**
 * Modules in a list, named '0', '1', ... A plain array in a field works as well, its names being `field.0`.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 * @example for (const block of new ModuleList([new Linear(4, 4), new Linear(4, 4)])) x = block.forward(x);
 */
@module
export class ModuleList<M extends object = Module> extends Module implements Iterable<M> {
  [index: number]: M;

  constructor(modules: Iterable<M> = []) {
    super();
    for (const item of modules) this.append(item);
  }

  get length(): number {
    return Object.keys(this).filter((key) => /^\d+$/.test(key)).length;
  }
  append(item: M): this {
    this[this.length] = item;
    return this;
  }
  at(index: number): M | undefined {
    return this[index < 0 ? index + this.length : index];
  }
  *[Symbol.iterator](): Iterator<M> {
    for (let i = 0; i in this; i++) yield this[i]!;
  }
}
