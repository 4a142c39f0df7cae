// Layers, losses and Sequential: every mistake is announced in the line above it, and no other error comes.
import {
  crossEntropyLoss,
  Linear,
  matmul,
  mseLoss,
  nllLoss,
  randn,
  ReLU,
  Sequential,
  zeros,
  type Tensor,
} from 'decograd';

declare const x: Tensor<['batch', 784]>;

// Argument of type 'Tensor<["batch", 784]>' is not assignable to parameter of type '"layer 785 -> 128 takes [..., 785], not [batch, 784]"'.
new Linear(785, 128).forward(x);
// Argument of type 'Linear<64, 10>' is not assignable to parameter of type '"Sequential: layer 2 takes 64 features, the layer before gives 128"'.
new Sequential(new Linear(784, 128), new ReLU(), new Linear(64, 10));
// Argument of type 'Linear<128, 10>' is not assignable to parameter of type '"Sequential: layer 2 takes 128 features, the layer before gives 64"'.
new Sequential(new Sequential(new Linear(784, 128), new ReLU()), new Linear(128, 64), new Linear(128, 10));
// Argument of type 'Tensor<[32, 28, 28]>' is not assignable to parameter of type '"layer 784 -> 10 takes [..., 784], not [32, 28, 28]"'.
new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10)).forward(zeros([32, 28, 28]));
// Argument of type 'Tensor<[32, 11]>' is not assignable to parameter of type '"mseLoss: [32, 10] and [32, 11] differ"'.
mseLoss(zeros([32, 10]), zeros([32, 11]));
// Argument of type 'Tensor<[32, 1]>' is not assignable to parameter of type '"nllLoss: an output of [32, 10] needs labels [32], not [32, 1]"'.
nllLoss(zeros([32, 10]), zeros([32, 1], { dtype: 'int32' }));
// Argument of type 'Tensor<[32, 1]>' is not assignable to parameter of type '"crossEntropyLoss: logits [32, 10] need labels [32] or probabilities [32, 10], not [32, 1]"'.
crossEntropyLoss(zeros([32, 10]), zeros([32, 1]));
let h = randn([32, 784]);
// Type 'Tensor<[32, 128]>' is not assignable to type 'Tensor<[32, 784]>'.
h = new Linear(784, 128).forward(h);

// One mistake is one error: what follows from it is let through.
// Argument of type 'Tensor<["batch", 784]>' is not assignable to parameter of type '"layer 785 -> 128 takes [..., 785], not [batch, 784]"'.
const out = new Linear(785, 128).forward(x);
matmul(out, zeros([9, 9])).add(zeros([7]));
