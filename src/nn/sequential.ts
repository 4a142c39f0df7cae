import { TreeError } from '../core/errors';
import { module } from '../module';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import type { Input, Output, rule } from './layer-types';
import { NumberedModules, numbers } from './numbered-modules';
import type { Chain, Composed } from './sequence-types';

/** A module that maps one value to one: what Sequential chains. */
export interface Layer {
  forward(x: any): any;
}

/**
 * Layers one after the other. They are named '0', '1', ..., so that state dicts have PyTorch's keys: '0.weight'.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 * @throws TreeError for a layer without forward
 * @example new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10)).forward(x);
 */
@module
export class Sequential<Ls extends readonly Layer[] = any> extends NumberedModules<Layer> {
  declare readonly [rule]: Composed<Ls>;

  constructor(...layers: Chain<Ls>) {
    super();
    this.extend(layers as Layer[]);
  }

  protected check(layer: Layer, index: number): void {
    if (typeof (layer as Partial<Layer> | null | undefined)?.forward !== 'function')
      throw new TreeError(
        `Sequential: layer ${index} is ${show(layer)}, which has no forward; give modules as arguments, new Sequential(a, b)`,
      );
  }
  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: unknown): Tensor {
    let value = x;
    for (const number of numbers(this)) value = this[number].forward(value);
    return value as Tensor;
  }
}
