import type { Run } from '../events';
import { groupsOf, learningRates } from './learning-rates';

export interface Annealing {
  /** The rate that all groups come to; undefined leaves them as they are. */
  readonly lr?: number;
  readonly annealEpochs?: number;
  readonly anneal?: 'cos' | 'linear';
}

export interface AnnealingState {
  /** Rates as the first of the epochs began; null before it. */
  readonly initial: readonly number[] | null;
  readonly rates: readonly number[];
}

/**
 * Takes the rates of a run to one that stays. PyTorch: torch.optim.swa_utils.SWALR, made as the first of the epochs begins and
 * stepped after each.
 */
export class RateAnnealing {
  private initial: readonly number[] | null = null;

  constructor(
    private readonly run: Run,
    private readonly options: Annealing,
  ) {}

  /** Sets the rates of an epoch, from 0. */
  begin(epoch: number): void {
    const { lr } = this.options;
    if (lr === undefined) return;
    const initial = (this.initial ??= learningRates(this.run));
    const part = this.part(epoch);
    this.set(initial.map((rate) => lr * part + rate * (1 - part)));
  }

  /** How much of the way to the new rate lies behind, to 1. */
  private part(epoch: number): number {
    const { annealEpochs = 10, anneal = 'cos' } = this.options;
    const t = annealEpochs === 0 ? 1 : Math.min(1, epoch / annealEpochs);
    return anneal === 'cos' ? (1 - Math.cos(Math.PI * t)) / 2 : t;
  }

  private set(rates: readonly number[]): void {
    groupsOf(this.run).forEach((group, i) => void (group.lr = rates[i]));
  }

  state(): AnnealingState {
    return { initial: this.initial, rates: learningRates(this.run) };
  }
  /** The epoch under way has begun once more by now, with rates that were made of those of its middle. */
  restore({ initial, rates }: AnnealingState): void {
    this.initial = initial;
    this.set(rates);
  }
}
