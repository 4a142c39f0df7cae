import { TreeError } from '../core/errors';
import { module, Module } from '../module';
import type { Tensor } from '../tensor';

/** A module that maps one value to one: what Sequential chains. */
export interface Layer {
  forward(x: any): any;
}

/**
 * Layers one after the other. They are named '0', '1', ..., so that state dicts have PyTorch's keys: '0.weight'.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 * @example new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10)).forward(x);
 */
@module
export class Sequential extends Module implements Iterable<Layer> {
  [index: number]: Layer;

  constructor(...layers: Layer[]) {
    super();
    for (const layer of layers) this.append(layer);
  }

  get length(): number {
    return Object.keys(this).filter((key) => /^\d+$/.test(key)).length;
  }
  append(layer: Layer): this {
    if (typeof (layer as Partial<Layer> | null)?.forward !== 'function')
      throw new TreeError(
        `Sequential: layer ${this.length} has no forward; give modules as arguments, new Sequential(a, b)`,
      );
    this[this.length] = layer;
    return this;
  }
  *[Symbol.iterator](): Iterator<Layer> {
    for (let i = 0; i in this; i++) yield this[i]!;
  }
  forward(x: any): Tensor {
    let value: unknown = x;
    for (const layer of this) value = layer.forward(value);
    return value as Tensor;
  }
}
