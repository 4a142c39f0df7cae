import {
  accuracy, AdamW, crossEntropyLoss, DataLoader, inventory, tensor, TensorDataset, Trainer, type BatchReport, type Run,
} from 'decograd'; // prettier-ignore
import { DigitClassifier } from './digit-classifier';
import { type Digits } from './load-digits';
import type { Progress, Reading } from './messages';

const epochs = 4;
/** How many test digits it is examined with. */
const examSize = 1000;
/** How often that is done, in steps, and the page told, in milliseconds. */
const [stepsBetweenExams, pace] = [25, 60];

class Closed extends Error {}

/** A model in training on one device, which can be held, asked while it learns, and thrown away. */
export class Session {
  readonly #model = new DigitClassifier();
  readonly #trainer: Trainer;
  /** Asks in between, so it shares nothing with the run but the model. */
  readonly #examiner: Trainer;
  readonly #exam: Digits;
  #paused: { readonly over: Promise<void>; readonly end: () => void } | null = null;
  #isClosed = false;
  #losses: number[] = [];
  #step = 0;
  #end = 0;
  #told = 0;

  constructor(
    private readonly digits: { readonly train: Digits; readonly test: Digits },
    readonly device: string,
    private readonly tell: (progress: Progress) => void,
  ) {
    const optimizer = new AdamW(this.#model, { lr: 1.5e-3 });
    const callbacks = [{ onBatchEnd: (_: Run, { loss }: BatchReport) => this.#afterStep(loss) }];
    this.#trainer = new Trainer(this.#model, { optimizer, loss: crossEntropyLoss, device, callbacks });
    this.#examiner = new Trainer(this.#model, { loss: crossEntropyLoss, metrics: { accuracy } });
    const [images, labels] = digits.test;
    this.#exam = [images.slice(0, 0, examSize), labels.slice(0, 0, examSize)];
  }

  get inventory() {
    return inventory(this.#model).toJSON();
  }

  /** Trains to the end; false where the session was closed before. */
  async train(): Promise<boolean> {
    const loader = new DataLoader(new TensorDataset(...this.digits.train), { batchSize: 128, shuffle: true });
    this.#end = this.#step + epochs * loader.length!;
    try {
      await this.#trainer.fit(loader, { epochs, progress: false });
    } catch (error) {
      if (!(error instanceof Closed)) throw error;
    }
    return !this.#isClosed;
  }

  pause(): void {
    let end = () => {};
    this.#paused ??= { over: new Promise<void>((resolve) => (end = resolve)), end };
  }
  resume(): void {
    this.#paused?.end();
    this.#paused = null;
  }
  close(): void {
    this.#isClosed = true;
    this.resume();
  }

  async #afterStep(loss: number): Promise<void> {
    const step = ++this.#step;
    this.#losses.push(loss);
    const isExam = step % stepsBetweenExams === 0 || step === this.#end;
    if (isExam || performance.now() - this.#told > pace) {
      const accuracy = isExam
        ? (await this.#examiner.evaluate(this.#exam, { batchSize: examSize })).metrics.accuracy
        : null;
      const mean = this.#losses.reduce((sum, each) => sum + each) / this.#losses.length;
      this.tell({ step, steps: this.#end, loss: mean, accuracy });
      [this.#losses, this.#told] = [[], performance.now()];
    }
    await this.#paused?.over;
    if (this.#isClosed) throw new Closed();
  }

  async read(pixels: Float32Array): Promise<Reading> {
    const scores = await this.#trainer.predict(tensor(pixels, { shape: [1, 784] }));
    return { pixels, probabilities: [...(await scores.softmax(1).data())], label: null };
  }
  async readTestDigit(index: number): Promise<Reading> {
    const [images, labels] = this.digits.test;
    const pixels = Float32Array.from(await images.select(0, index).data());
    return { ...(await this.read(pixels)), label: await labels.select(0, index).item() };
  }
}
