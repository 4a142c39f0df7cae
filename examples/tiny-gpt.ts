// A character-level transformer learns to write TypeScript declarations from those that the compiler carries.
import { parseArgs } from 'node:util';
import {
  AdamW, crossEntropyLoss, device, embedding, init, inventory, LayerNorm, Linear, manualSeed, Module, module, ModuleList, noGrad, param,
  scaledDotProductAttention, setThreads, tensor, Trainer, type Parameter, type Tensor,
} from 'decograd'; // prettier-ignore
import { numbers } from './data/random';
import { declarations } from './data/text';

const [context, width, heads] = [64, 64, 4];

/** Attention of every letter to those before it, then two linear layers; each is added to what it reads. */
@module
class Block extends Module {
  readonly norm1 = new LayerNorm(width);
  readonly attention = new Linear(width, 3 * width);
  readonly output = new Linear(width, width);
  readonly norm2 = new LayerNorm(width);
  readonly wider = new Linear(width, 4 * width);
  readonly narrower = new Linear(4 * width, width);

  forward(x: Tensor): Tensor {
    const [batch, length] = x.shape;
    const all: Tensor = this.attention.forward(this.norm1.forward(x));
    const split = (part: number) => all.slice(-1, part * width, (part + 1) * width).reshape([batch, length, heads, width / heads]).transpose(1, 2); // prettier-ignore
    const mixed = scaledDotProductAttention(split(0), split(1), split(2), { isCausal: true });
    const y = x.add(this.output.forward(mixed.transpose(1, 2).reshape([batch, length, width])));
    const hidden: Tensor = this.wider.forward(this.norm2.forward(y));
    return y.add(this.narrower.forward(hidden.gelu()));
  }
}

@module
class TinyGpt extends Module {
  @param(['letterCount', width], { init: init.normal({ std: 0.02 }) }) letters!: Parameter;
  @param([context, width], { init: init.normal({ std: 0.02 }) }) places!: Parameter;
  readonly blocks: ModuleList<Block>;
  readonly norm = new LayerNorm(width);
  readonly head: Linear;

  constructor(readonly letterCount: number, depth: number, private readonly tied: boolean) {
    super();
    this.blocks = new ModuleList(Array.from({ length: depth }, () => new Block()));
    this.head = new Linear(width, letterCount, { bias: false });
  } // prettier-ignore
  onInit() {
    if (this.tied) this.head.weight = this.letters;
  }
  /** [N, L] letters to [N, L, letterCount]: how likely each is the next. */
  forward(x: Tensor): Tensor {
    let y: Tensor = this.places.slice(0, 0, x.shape[1]).add(embedding(x, this.letters));
    for (const block of this.blocks) y = block.forward(y);
    return this.head.forward(this.norm.forward(y));
  }
}

/** One of the `top` most likely letters, drawn with odds sharpened by a low temperature. */
function draw(scores: readonly number[], temperature: number, top: number, random: () => number): number {
  const best = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, top);
  const odds = best.map((k) => Math.exp((scores[k] - scores[best[0]]) / temperature));
  let left = random() * odds.reduce((a, b) => a + b);
  return best[
    Math.max(
      0,
      odds.findIndex((share) => (left -= share) < 0),
    )
  ];
}

async function main() {
  const text = { type: 'string' } as const;
  const options = { seed: text, steps: text, depth: text, temperature: text, 'top-k': text, threads: text, tied: { type: 'boolean' } } as const; // prettier-ignore
  const { seed = 1, steps = 1500, depth = 3, temperature = 0.8, 'top-k': top = 10, threads, tied = false } = parseArgs({ options }).values; // prettier-ignore
  if (threads !== undefined) setThreads(Number(threads));
  await device('auto');
  manualSeed(Number(seed));
  const [random, source] = [numbers(Number(seed)), declarations()];
  const model = new TinyGpt(source.letters.length, Number(depth), tied);
  console.log(String(inventory(model)));

  const sample = (length: number): string => {
    const shown = [...source.read('interface ')];
    while (shown.length < length) {
      const last = Int32Array.from(shown.slice(-context));
      const scores = noGrad(() => model.forward(tensor(last, { shape: [1, last.length] })).select(0, 0).select(0, -1)); // prettier-ignore
      shown.push(draw([...scores.dataSync()], Number(temperature), Number(top), random));
    }
    return source.show(shown);
  };

  console.log(`before:\n${sample(100)}\n`);
  const loss = (scores: Tensor, next: Tensor) => crossEntropyLoss(scores.flatten(0, 1), next);
  const trainer = new Trainer(model, { optimizer: new AdamW(model, { lr: 2e-3 }), loss });
  await trainer.fit(source.batches(Number(steps), 16, context, random), { epochs: 1 });
  const { loss: left } = await trainer.evaluate(source.batches(20, 16, context, numbers(7)));
  console.log(`loss per letter: ${left.toFixed(3)}\nafter:\n${sample(300)}`);
}

void main();
