// A program that checkpoint.test.ts kills: it trains with dropout and accumulation from wherever its folder stands, says
// `now` when it begins, and its weights and history at the end.
import { AdamW, checkpoint, DataLoader, Dropout, earlyStopping, LBFGS, Linear, manualSeed, mseLoss, randn, Sequential, SGD, Tanh, TensorDataset, Trainer, type Module, type Optimizer } from 'decograd'; // prettier-ignore

const [folder, kind, epochs, width] = process.argv.slice(2) as [string, string, string, string];
const optimizers: Readonly<Record<string, (model: Module) => Optimizer<any>>> = {
  SGD: (model) => new SGD(model, { lr: 0.05, momentum: 0.9 }),
  AdamW: (model) => new AdamW(model, { lr: 0.003 }),
  LBFGS: (model) => new LBFGS(model, { lr: 0.2, maxIter: 3, historySize: 5 }),
};

manualSeed(11);
const model = new Sequential(new Linear(4, Number(width)), new Tanh(), new Dropout(0.2), new Linear(Number(width), 2));
const [x, y] = [randn([22, 4]), randn([22, 2])];
const trainer = new Trainer(model, {
  optimizer: optimizers[kind]!(model),
  loss: mseLoss,
  accumulate: 3,
  callbacks: [
    checkpoint(folder, { every: { batches: 2 } }),
    earlyStopping({ patience: 1000 }),
    { onFitStart: () => console.log('now') },
  ],
});
const loader = new DataLoader(new TensorDataset(x, y), { batchSize: 2, shuffle: true });

void trainer.fit(loader, { epochs: Number(epochs), progress: false, resume: folder }).then(async (history) => {
  const weights = await Promise.all(model.parameters().map(async (p) => [...(await p.data())]));
  console.log(JSON.stringify({ losses: history.epochs.map(({ loss }) => loss), weights }));
});
