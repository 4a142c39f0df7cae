// What must compile, with the shapes that must come out.
import {
  concatenate,
  Linear,
  matmul,
  Module,
  module,
  mseLoss,
  param,
  randn,
  ReLU,
  tensor,
  zeros,
  type Parameter,
  type Tensor,
} from 'decograd';

/** Compiles where both are the same type. */
type Is<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => undefined;
type ShapeOf<T> = T extends Tensor<infer S> ? S : never;

const a = zeros([2, 3]);
const w = zeros([3, 4]);
const product = a.matmul(w);
holds<Is<ShapeOf<typeof product>, [2, 4]>>();
const functional = matmul(a, w);
holds<Is<ShapeOf<typeof functional>, [2, 4]>>();
const literal = tensor([
  [1, 2],
  [3, 4],
  [5, 6],
]);
holds<Is<ShapeOf<typeof literal>, [3, 2]>>();
const broadcast = a.add(zeros([3]));
holds<Is<ShapeOf<typeof broadcast>, [2, 3]>>();
const turned = zeros([5, 2, 3]).transpose();
holds<Is<ShapeOf<typeof turned>, [5, 3, 2]>>();
const order = zeros([5, 2, 3]).permute([2, 0, 1]);
holds<Is<ShapeOf<typeof order>, [3, 5, 2]>>();
const total = a.sum();
holds<Is<ShapeOf<typeof total>, []>>();
const rows = a.sum(1);
holds<Is<ShapeOf<typeof rows>, [2]>>();
const kept = a.mean(0, true);
holds<Is<ShapeOf<typeof kept>, [1, 3]>>();
const scalar = total.sum(0).mean(-1, true).softmax(-1);
holds<Is<ShapeOf<typeof scalar>, []>>();
const same = a.relu().exp().softmax(1);
holds<Is<ShapeOf<typeof same>, [2, 3]>>();

// A size goes to a name and to an unknown size, and everything to the untyped tensor and back.
export const named: Tensor<['batch', 3]> = a;
export const open: Tensor<[number, 3]> = a;
export const untyped: Tensor = a;
export const back: Tensor<[9, 9]> = untyped;
untyped.matmul(untyped).add(untyped).reshape([1, 2]).select(0, 1);

// Code without annotations is never in the way.
function plain(x: Tensor, sizes: number[]) {
  let h: Tensor = x;
  for (const layer of [new Linear(4, 4), new ReLU()]) h = layer.forward(h);
  return concatenate([h, zeros(sizes), randn(sizes).add(h)])
    .sum(0)
    .mul(2);
}
export const result: Tensor = plain(a, [1, 2]);

// Generic functions hand their sizes on.
function project<B extends number | string>(x: Tensor<[B, 784]>) {
  return x.matmul(zeros([784, 10]));
}
export const projected: Tensor<[32, 10]> = project(zeros([32, 784]));

@module
class Model extends Module {
  @param([3, 4]) weight!: Parameter<[3, 4]>;
  @param((self: Model) => [self.size]) bias!: Parameter;
  readonly size = 4;
  forward(x: Tensor<[number, 3]>) {
    return x.matmul(this.weight).add(this.bias);
  }
}
mseLoss(new Model().forward(a), zeros([2, 4])).backward();
