import { checkOptions } from '../core/options';
import { module, Module, param } from '../module';
import type { Initialiser } from '../module/initialiser';
import { countOf, flagOf } from '../module/option-checks';
import { settings } from '../module/tree-text';
import { rand, type Parameter, type Tensor } from '../tensor';
import { init } from './init';
import type { Input, Output, Projects, rule } from './layer-types';

/** PyTorch's bias: uniform within 1 / sqrt(fanIn) of 0. */
const nearZero: Initialiser = Object.assign(
  (shape: readonly number[], { self }: { self: Linear }) => {
    const bound = self.inFeatures > 0 ? 1 / Math.sqrt(self.inFeatures) : 0;
    return rand(shape).mul(2 * bound).sub(bound); // prettier-ignore
  },
  { label: 'uniform(1/sqrt(inFeatures))' },
);

/**
 * x W^T + b: [..., inFeatures] to [..., outFeatures], float32. `{ bias: false }` leaves `bias` null.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html, its initialisation included.
 * @throws ValueError for sizes that are no whole numbers of at least 0, and for options that are not known
 * @example new Linear(784, 10).forward(randn([32, 784])).shape; // [32, 10]
 */
@module
export class Linear<In extends number = number, Out extends number = number> extends Module {
  declare readonly [rule]: Projects<In, Out>;
  @param(['outFeatures', 'inFeatures'], { init: init.kaimingUniform({ a: Math.sqrt(5) }) }) weight!: Parameter<
    [Out, In]
  >;
  @param(['outFeatures'], { init: nearZero }) bias!: Parameter<[Out]> | null;

  constructor(
    readonly inFeatures: In,
    readonly outFeatures: Out,
    options: { bias?: boolean } = {},
  ) {
    super();
    countOf('Linear', 'inFeatures', inFeatures, 0);
    countOf('Linear', 'outFeatures', outFeatures, 0);
    checkOptions('Linear', options, ['bias']);
    const { bias = true } = options;
    if (!flagOf('Linear', 'bias', bias)) this.bias = null;
  }
  extraRepr(): string {
    return settings(this, { bias: this.bias !== null });
  }

  forward<L, X extends Tensor>(this: L, x: Input<L, X>): Tensor<Output<L, X>>;
  forward(x: Tensor): Tensor {
    const product = x.matmul(this.weight.transpose());
    return this.bias === null ? product : product.add(this.bias);
  }
}
