import { TreeError } from '../core/errors';
import { isModule, module, type Module } from '../module';
import { show } from '../module/shape-declaration';
import { NumberedModules } from './numbered-modules';

/**
 * Modules in a list, named '0', '1', ... A plain array in a field works as well, its names being `field.0`.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleList.html
 * @throws TreeError for what is no module, or no list
 * @example for (const block of new ModuleList([new Linear(4, 4), new Linear(4, 4)])) x = block.forward(x);
 */
@module
export class ModuleList<M extends object = Module> extends NumberedModules<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    if (typeof (modules as Partial<Iterable<M>> | null)?.[Symbol.iterator] !== 'function')
      throw new TreeError(`ModuleList: takes a list, new ModuleList([a, b]), not ${show(modules)}`);
    this.extend(modules);
  }

  protected check(item: M, index: number): void {
    if (!isModule(item))
      throw new TreeError(
        `ModuleList: item ${index} is ${show(item)}, no module; give instances of classes that carry @module`,
      );
  }
}
