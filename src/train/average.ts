import type { Scores } from './history';
import type { StepResult } from './step';

/** Sums over samples. */
export interface AverageState {
  readonly samples: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Averages over samples of what batches gave. */
export class Average {
  private samples = 0;
  private loss = 0;
  private readonly metrics: Record<string, number> = {};

  add({ loss, metrics }: StepResult, size: number): void {
    this.samples += size;
    this.loss += loss * size;
    for (const name in metrics) this.metrics[name] = (this.metrics[name] ?? 0) + metrics[name] * size;
  }
  state(): AverageState {
    return { samples: this.samples, loss: this.loss, metrics: { ...this.metrics } };
  }
  static from(state?: AverageState): Average {
    return Object.assign(new Average(), structuredClone(state));
  }
  scores(): Scores {
    const metrics: Record<string, number> = {};
    for (const name in this.metrics) metrics[name] = this.metrics[name] / this.samples;
    return { loss: this.loss / this.samples, metrics };
  }
}
