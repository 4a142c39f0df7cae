import type { ToWorker } from './messages';

/** What is to be read, asked for one at a time: while an answer is awaited, only the latest question is kept. */
export class Questions {
  #current: ToWorker | null = null;
  #isAsking = false;
  #isStale = false;

  constructor(private readonly tell: (question: ToWorker) => void) {}

  ask(question: ToWorker): void {
    this.#current = question;
    this.repeat();
  }

  /** Asks again, since the answer may have changed. */
  repeat(): void {
    if (this.#current === null) return;
    this.#isStale = this.#isAsking;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.tell(this.#current);
  }

  forget(): void {
    this.#current = null;
  }

  /** Notes that an answer came; whether it is still wanted. */
  answered(): boolean {
    this.#isAsking = false;
    if (this.#isStale) this.repeat();
    return this.#current !== null;
  }
}
