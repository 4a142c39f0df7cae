// What compilers may disagree about, in one program: every decorator, field semantics, inheritance, names at run time.
import {
  Adam, buffer, external, infer, init, inventory, Linear, manualSeed, module, Module, mseLoss, param, randn, stateDict,
  type Parameter, type Tensor,
} from 'decograd'; // prettier-ignore

@module
class Layer extends Module {
  @param(['outFeatures', 'inFeatures'], { init: init.xavierUniform() }) weight!: Parameter;
  @param((self: Layer) => (self.hasBias ? [self.outFeatures] : null)) bias?: Parameter | null;
  @buffer([1], { init: 2 }) readonly gain!: Tensor;
  @external teacher?: Linear;
  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    readonly hasBias = true,
  ) {
    super();
  }
  forward(x: Tensor): Tensor {
    const y = x.matmul(this.weight.transpose()).mul(this.gain);
    return this.bias ? y.add(this.bias) : y;
  }
}

@module
class Scaled extends Layer {
  @param([1], { init: 0.5, group: 'scale' }) factor!: Parameter;
  @buffer([1], { init: 3 }) override readonly gain: Tensor = undefined!;
  override teacher = new Linear(2, 2);
  override forward(x: Tensor): Tensor {
    return super.forward(x).mul(this.factor);
  }
}

@module
class Model {
  @param([infer((x: Tensor) => x.shape.at(-1))], { init: 1 }) scale!: Parameter;
  readonly layers = [new Layer(3, 4), new Scaled(4, 4, false)];
  readonly named = new Map([['head', new Linear(4, 1)]]);
  readonly again = this.layers[0];
  forward(x: Tensor): Tensor {
    const hidden = this.layers.reduce((value, layer) => layer.forward(value), x.mul(this.scale));
    return this.named.get('head')!.forward(hidden.tanh());
  }
}

async function main(): Promise<void> {
  manualSeed(8);
  const model = new Model();
  const [input, target] = [randn([8, 3]), randn([8, 1])];
  model.forward(input); // sizes `scale`
  const optimizer = new Adam(model, { lr: 0.05 });
  const losses: number[] = [];
  for (let step = 0; step < 4; step++) {
    optimizer.zeroGrad();
    const loss = mseLoss(model.forward(input), target);
    loss.backward();
    await optimizer.step();
    losses.push(await loss.item());
  }
  const { entries, totals } = inventory(model);
  const rows = entries.map(({ path, declaredBy, shape, tied }) => [path, declaredBy, shape, tied]);
  console.log(JSON.stringify({ losses, rows, totals, keys: Object.keys(stateDict(model)) }));
}

void main();
