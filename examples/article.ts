// Parameters in four steps: create them, use them in forward, list them, update them; then a mistake, caught twice.
import {
  init,
  Module,
  module,
  mseLoss,
  param,
  randn,
  SGD,
  manualSeed,
  ShapeError,
  type Parameter,
  type Tensor,
} from 'decograd';

manualSeed(0);

// 1. Create: fields with a shape and first values.
@module
class Model extends Module {
  @param([3, 4], { init: init.normal() }) weight!: Parameter<[3, 4]>;
  @param([4], { init: init.normal() }) bias!: Parameter<[4]>;

  // 2. Use them in forward.
  forward(x: Tensor<[number, 3]>) {
    return x.matmul(this.weight).add(this.bias);
  }
}

const model = new Model();
console.log(String(model));

// 3. List and print them.
for (const [path, parameter] of model.namedParameters()) console.log(path, parameter.shape, parameter);

// 4. Update them: ten epochs of gradient descent on the mean squared error.
const input = randn([8, 3]);
const target = randn([8, 4]);
const optimizer = new SGD(model.parameters(), { lr: 0.1 });

async function train() {
  for (let epoch = 1; epoch <= 10; epoch++) {
    optimizer.zeroGrad();
    const loss = mseLoss(model.forward(input), target);
    loss.backward();
    await optimizer.step();
    console.log(`epoch ${epoch} loss ${(await loss.item()).toFixed(4)}`);
  }
}

// The mistake: [2, 4] times [3, 4]. Annotated, the compiler refuses it; without types, the run does, at this line.
function mistake() {
  const wrong = randn([2, 4]);
  // @ts-expect-error the inner sizes 4 and 3 differ
  wrong.matmul(model.weight);
}

@module
class Wrapper extends Module {
  readonly inner = model as { forward(x: Tensor): Tensor };
  forward(x: Tensor) {
    return this.inner.forward(x);
  }
}

async function main() {
  await train();
  for (const attempt of [mistake, () => new Wrapper().forward(randn([2, 4]))])
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      console.log(`refused: ${error.message}`);
    }
}

void main();
