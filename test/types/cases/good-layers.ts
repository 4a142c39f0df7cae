// Layers, Sequential, losses and subclasses: what must compile, and the shapes that must come out.
import { bceWithLogitsLoss, CTCLoss, Dropout, Flatten, klDivLoss, L1Loss, Linear, Module, module, mseLoss, nllLoss, param, randn, ReLU, Sequential, tensor, zeros, type Parameter, type Tensor } from 'decograd'; // prettier-ignore
import type { ShapeOf } from '../../../src/tensor/shapes/shape';

type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function holds<_T extends true>(): void {}

declare const x: Tensor<['batch', 784]>;
declare const plain: Tensor;
declare const width: number;

const hidden = new Linear(784, 128).forward(x);
holds<Is<ShapeOf<typeof hidden>, ['batch', 128]>>();
const deep = new Linear(784, 128).forward(zeros([32, 7, 784]));
holds<Is<ShapeOf<typeof deep>, [32, 7, 128]>>();
const unknown = new Linear(784, 128).forward(plain);
holds<Is<ShapeOf<typeof unknown>, ShapeOf<Tensor>>>();
const someWidth = new Linear(width, width).forward(x);
holds<Is<ShapeOf<typeof someWidth>, ['batch', number]>>();

const mlp = new Sequential(new Linear(784, 128), new ReLU(), new Dropout(), new Linear(128, 10));
const logits = mlp.forward(x);
holds<Is<ShapeOf<typeof logits>, ['batch', 10]>>();
const nested = new Sequential(new Sequential(new Linear(784, 128), new ReLU()), new Linear(128, 10)).forward(x);
holds<Is<ShapeOf<typeof nested>, ['batch', 10]>>();
// Products of sizes are left to run time.
new Sequential(new Flatten(), new Linear(784, 128)).forward(zeros([3, 28, 28]));
// A list whose length the types do not know states no rule.
const layers = [784, 128, 10].slice(1).map((size) => new Linear(size, size));
new Sequential(...layers).forward(x).matmul(zeros([10, 2]));

// Layers of different kinds in a loop.
let h: Tensor = randn([32, 784]);
for (const layer of [new Linear(784, 128), new ReLU(), new Linear(128, 10), mlp]) h = layer.forward(h);
let even = randn([32, 784]);
for (const layer of [new Linear(784, 784), new Linear(784, 784)]) even = layer.forward(even).relu();
const first = [new Linear(784, 128), new Linear(128, 10)][0];
first.forward(x);

// Subclasses may state more, or nothing.
@module
class Doubled extends Linear {
  override forward(input: Tensor): Tensor {
    return super.forward(input).mul(2);
  }
}
class Fixed extends Linear<3, 4> {
  constructor() {
    super(3, 4);
  }
}
const fixed = new Fixed().forward(zeros([2, 3]));
holds<Is<ShapeOf<typeof fixed>, [2, 4]>>();
new Doubled(3, 4).forward(zeros([2, 3])).matmul(zeros([9, 9]));

@module
class Head<D extends number> extends Module {
  readonly query: Linear<D, D>;
  constructor(size: D) {
    super();
    this.query = new Linear(size, size);
  }
  forward<B extends number | string>(input: Tensor<[B, D]>) {
    return this.query.forward(input);
  }
}
new Head(64).forward(zeros([2, 64]));

@module
class Fields extends Module {
  n = 3;
  @param([3, 4]) exact!: Parameter<[3, 4]>;
  @param(['n', 4]) named!: Parameter<[number, 4]>;
  @param((self: Fields) => [self.n]) computed!: Parameter;
  @param([3, 4]) plain!: Parameter;
  @param([3, 4]) either!: Parameter<[3, 4]> | null;
  forward(input: Tensor<[number, 3]>) {
    return input.matmul(this.exact).add(this.either ?? 0);
  }
}
mseLoss(new Fields().forward(zeros([2, 3])), zeros([2, 4])).backward();
mseLoss(new Fields().forward(plain), plain).add(tensor(1));
const labels = zeros([4], { dtype: 'int32' });
const perSample: Tensor<[4]> = nllLoss(zeros([4, 10]), labels, { reduction: 'none' });
const perPixel: Tensor<[2, 5, 5]> = nllLoss(zeros([2, 10, 5, 5]), zeros([2, 5, 5]), { reduction: 'none' });
const mean: Tensor<[]> = bceWithLogitsLoss(zeros([4, 10]), zeros([4, 10]), { posWeight: zeros([10]) });
const divergence: Tensor<[]> = klDivLoss(zeros([4, 10]), zeros([4, 10]), { reduction: 'batchmean' });
new CTCLoss()
  .forward(zeros([9, 4, 10]), labels, [9, 9, 9, 9], labels)
  .add(perSample)
  .add(mean)
  .add(divergence);
new L1Loss().forward(perPixel, perPixel).backward();
