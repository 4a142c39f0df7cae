import { module, Module } from '../module';
import { Buffer, type Tensor } from '../tensor';
import { checkTensors } from './loss-checks';

/** The buffer that holds a weight, or null without one. */
export function bufferOf(loss: string, name: string, weight: Tensor | undefined): Buffer | null {
  if (weight === undefined) return null;
  checkTensors(loss, { [name]: weight });
  return new Buffer(weight);
}

/** A loss whose weight is a buffer, as PyTorch's: it moves with the module and stands in its state dict. */
@module
export abstract class WeightedLoss<O extends { readonly weight?: Tensor }> extends Module {
  readonly weight: Buffer | null;
  /** All but the weight. */
  readonly options: Omit<O, 'weight'>;

  constructor(loss: string, { weight, ...options }: O) {
    super();
    this.weight = bufferOf(loss, 'weight', weight);
    this.options = options;
  }
  /** The options as the function takes them. */
  protected get given(): O {
    return { ...this.options, ...(this.weight && { weight: this.weight }) } as O;
  }
}
