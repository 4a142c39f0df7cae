// A program that trains until it is interrupted, run by interrupt.test.ts: it prints `now` when it wants to be.
import { Linear, mseLoss, randn, SGD, Trainer, type Run } from 'decograd';

const kind = process.argv[2];
const model = new Linear(3, 1);
const data = [[randn([4, 3]), randn([4, 1])]] as const;
let asked = false;
const callbacks = [
  {
    onEpochStart: ({ epoch }: Run) => {
      if (epoch === 2) console.log('now');
    },
    onEpochEnd: async ({ history }: Run) => {
      if (kind !== 'twice' || history.stopped === undefined || asked) return;
      asked = true;
      console.log('now');
      await new Promise((resolve) => setTimeout(resolve, 60_000)); // the second one is to end it in here
    },
  },
];
const trainer = new Trainer(model, { optimizer: new SGD(model, { lr: 0.001 }), loss: mseLoss, callbacks });
void trainer
  .fit(data, { epochs: 1e9, progress: false })
  .then(({ stopped }) => console.log(`stopped: ${String(stopped)}`));
