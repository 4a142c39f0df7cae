// Every mistake is announced in the line above it: the text that the compiler must print, and no other error.
import {
  add,
  crossEntropyLoss,
  matmul,
  Module,
  module,
  param,
  randn,
  tensor,
  zeros,
  type Parameter,
  type Tensor,
} from 'decograd';

const a = zeros([2, 4]);
const w = zeros([3, 4]);
declare const batch: Tensor<['batch', 10]>;
declare const time: Tensor<['time', 10]>;

// Argument of type 'Tensor<[3, 4]>' is not assignable to parameter of type '"matmul: [2, 4] times [3, 4]: 4 is not 3"'.
a.matmul(w);
// Argument of type 'Tensor<[3, 4]>' is not assignable to parameter of type '"matmul: [2, 4] times [3, 4]: 4 is not 3"'.
matmul(a, w);
// Argument of type 'Tensor<[3, 4]>' is not assignable to parameter of type '"add: shapes [2, 4] and [3, 4] do not broadcast"'.
a.add(w);
// Argument of type 'Tensor<[3, 4]>' is not assignable to parameter of type '"add: shapes [2, 4] and [3, 4] do not broadcast"'.
add(a, w);
// Argument of type 'Tensor<["time", 10]>' is not assignable to parameter of type '"add: shapes [batch, 10] and [time, 10] do not broadcast"'.
batch.add(time);
// Argument of type '2' is not assignable to parameter of type '"sum: axis 2 is outside [2, 4]"'.
a.sum(2);

// One mistake is one error: what follows from it is let through.
// Argument of type 'Tensor<[3, 4]>' is not assignable to parameter of type '"matmul: [2, 4] times [3, 4]: 4 is not 3"'.
const product = a.matmul(w);
product.add(zeros([7])).matmul(zeros([9, 9]));

// Type 'Tensor<[2, 4]>' is not assignable to type 'Tensor<[4, 2]>'.
export const turned: Tensor<[4, 2]> = a;
// Type 'Tensor<[4, 2]>' is not assignable to type 'Tensor<[2, 4]>'.
export const back: Tensor<[2, 4]> = a.transpose();

@module
class Model extends Module {
  @param([3, 4]) weight!: Parameter<[3, 4]>;
  forward(x: Tensor<[number, 3]>) {
    return x.matmul(this.weight);
  }
}
// Argument of type 'Tensor<[2, 4]>' is not assignable to parameter of type 'Tensor<[number, 3]>'.
new Model().forward(a);

export { crossEntropyLoss, randn, tensor };
