// The plain loop, without a Trainer: a line through noisy points, whose slope and height are known.
import { manualSeed, Module, module, mseLoss, param, rand, randn, SGD, type Parameter, type Tensor } from 'decograd';

@module
class Line extends Module {
  @param([1]) slope!: Parameter<[1]>;
  @param([1]) height!: Parameter<[1]>;
  forward(x: Tensor) {
    return x.mul(this.slope).add(this.height);
  }
}

async function main() {
  manualSeed(7);
  const x = rand([64, 1]).mul(4).sub(2);
  const y = x
    .mul(3)
    .sub(1)
    .add(randn([64, 1]).mul(0.1));
  const model = new Line();
  const optimizer = new SGD(model, { lr: 0.1, momentum: 0.5 });
  for (let epoch = 1; epoch <= 60; epoch++) {
    const loss = mseLoss(model.forward(x), y);
    optimizer.zeroGrad();
    loss.backward();
    await optimizer.step();
    if (epoch % 10 === 0) console.log(`epoch ${epoch} loss ${(await loss.item()).toFixed(5)}`);
  }
  const [slope, height] = [await model.slope.item(), await model.height.item()];
  console.log(`y = ${slope.toFixed(2)} x + ${height.toFixed(2)}, drawn from y = 3 x - 1`);
}

void main();
