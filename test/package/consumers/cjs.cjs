// CommonJS: the losses of five steps, as JSON.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { Adam, Linear, manualSeed, mseLoss, randn, ReLU, Sequential } = require('decograd');

async function main() {
  manualSeed(5);
  const model = new Sequential(new Linear(3, 8), new ReLU(), new Linear(8, 1));
  const [input, target] = [randn([16, 3]), randn([16, 1])];
  const optimizer = new Adam(model, { lr: 0.05 });
  const losses = [];
  for (let step = 0; step < 5; step++) {
    optimizer.zeroGrad();
    const loss = mseLoss(model.forward(input), target);
    loss.backward();
    await optimizer.step();
    losses.push(await loss.item());
  }
  console.log(JSON.stringify(losses));
}

void main();
