// Decorated classes in strict TypeScript, in either dialect: the losses of five steps and the inventory, as JSON.
import { buffer, init, inventory, manualSeed, module, Module, mseLoss, param, randn, SGD } from 'decograd';
import type { Parameter, Tensor } from 'decograd';

declare const console: { log(text: string): void };

@module
export class Scale extends Module {
  @param(['features'], { init: 1, group: 'scale' }) factor!: Parameter;
  @buffer([1], { init: 0 }) calls!: Tensor;
  constructor(readonly features: number) {
    super();
  }
  forward(x: Tensor): Tensor {
    return x.mul(this.factor);
  }
}

@module
export class Model extends Module {
  @param([3, 4], { init: init.normal() }) weight!: Parameter<[3, 4]>;
  @param([4], { init: init.zeros() }) bias!: Parameter<[4]>;
  readonly scale = new Scale(4);
  forward(x: Tensor<[number, 3]>): Tensor {
    return this.scale.forward(x.matmul(this.weight).add(this.bias));
  }
}

/** Never called: the compiler alone decides about it. */
export function refused(model: Model, x: Tensor<[2, 4]>): Tensor {
  // @ts-expect-error the inner sizes 4 and 3 differ
  return x.matmul(model.weight);
}

async function main(): Promise<void> {
  manualSeed(6);
  const model = new Model();
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const [input, target] = [randn([8, 3]), randn([8, 4])];
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    optimizer.zeroGrad();
    const loss = mseLoss(model.forward(input), target);
    loss.backward();
    await optimizer.step();
    losses.push(await loss.item());
  }
  const paths = inventory(model).entries.map((entry) => entry.path);
  console.log(JSON.stringify({ losses, paths }));
}

void main();
