// A long loop in a process of its own, which prints its resident memory in MB after each tenth: see memory.test.ts.
import { Linear, manualSeed, mseLoss, Sequential, SGD, Tanh, tensor, Trainer, type Tensor } from 'decograd';

const [kind, count] = [process.argv[2] as keyof typeof loops, Number(process.argv[3])];
manualSeed(1);

const small = () => new Sequential(new Linear(4, 8), new Tanh(), new Linear(8, 1));
const optimizerOf = (model: Sequential) => new SGD(model, { lr: 0.01, momentum: 0.9 });
let state = 1;
const numbers = (size: number) => Float32Array.from({ length: size }, () => (state = (state * 16807) % 2147483647) / 2147483647 - 0.5); // prettier-ignore
/** Fresh tensors, as a loader would give them. */
const batch = (): [Tensor, Tensor] => [tensor(numbers(64), { shape: [16, 4] }), tensor(numbers(16), { shape: [16, 1] })]; // prettier-ignore

const resident: number[] = [];
function turn(i: number): void {
  if ((i + 1) % (count / 10) !== 0) return;
  // A collection that V8 began in the middle of a step moves garbage among the old objects, once, up to 9 MB.
  globalThis.gc!();
  resident.push(process.memoryUsage.rss() / 2 ** 20);
}

function step(model: Sequential, optimizer: SGD): Tensor {
  const [x, y] = batch();
  optimizer.zeroGrad();
  const loss = mseLoss(model.forward(x), y);
  loss.backward();
  void optimizer.step();
  return loss;
}

const loops = {
  byHand() {
    const model = small();
    const optimizer = optimizerOf(model);
    for (let i = 0; i < count; i++, turn(i - 1)) step(model, optimizer);
  },
  async byHandWithAwait() {
    const model = small();
    const optimizer = optimizerOf(model);
    for (let i = 0; i < count; i++, turn(i - 1)) await step(model, optimizer).item();
  },
  async byTrainer() {
    const model = small();
    let i = 0;
    const data = {
      *[Symbol.iterator]() {
        for (; i < count; turn(i++)) yield batch();
      },
    };
    const trainer = new Trainer(model, { optimizer: optimizerOf(model), loss: mseLoss });
    await trainer.fit(data, { epochs: 1, progress: false });
  },
  /** What the test must notice. */
  leaking() {
    const [model, kept] = [small(), [] as Tensor[]];
    const optimizer = optimizerOf(model);
    for (let i = 0; i < count; i++, turn(i - 1)) kept.push(step(model, optimizer));
  },
  models() {
    for (let i = 0; i < count; i++, turn(i - 1)) {
      const model = small();
      const optimizer = optimizerOf(model);
      for (let k = 0; k < 3; k++) step(model, optimizer);
    }
  },
};

void Promise.resolve(loops[kind]()).then(() => console.log(resident.join(' ')));
