// What the library watches by itself, beyond what is called: the message of a gradient for a parameter outside of the tree.
import { Linear, module, Module, ones } from 'decograd';

const Secret = module(
  class Secret extends Module {
    #layer = new Linear(2, 1);
    forward(x) {
      return this.#layer.forward(x);
    }
  },
);

try {
  new Secret()
    .forward(ones([1, 2]))
    .sum()
    .backward();
  console.log(JSON.stringify('nothing was thrown'));
} catch (error) {
  console.log(JSON.stringify(error.message));
}
