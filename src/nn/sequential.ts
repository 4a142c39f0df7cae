import { TreeError } from '../core/errors';
import { module } from '../module';
import { show } from '../module/shape-declaration';
import type { Tensor } from '../tensor';
import { NumberedModules } from './numbered-modules';

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
export class Sequential extends NumberedModules<Layer> {
  constructor(...layers: Layer[]) {
    super();
    this.extend(layers);
  }

  protected check(layer: Layer, index: number): void {
    if (typeof (layer as Partial<Layer> | null | undefined)?.forward !== 'function')
      throw new TreeError(
        `Sequential: layer ${index} is ${show(layer)}, which has no forward; give modules as arguments, new Sequential(a, b)`,
      );
  }
  forward(x: any): Tensor {
    let value: unknown = x;
    for (const layer of this) value = layer.forward(value);
    return value as Tensor;
  }
}
