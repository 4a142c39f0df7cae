import { Linear, Module, module, type Tensor } from 'decograd';

/** The perceptron of `digits.ts`. */
@module
export class DigitClassifier extends Module {
  readonly hidden = new Linear(784, 256);
  readonly output = new Linear(256, 10);
  forward(x: Tensor) {
    return this.output.forward(this.hidden.forward(x).relu());
  }
}
