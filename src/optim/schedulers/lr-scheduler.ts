import { StateError, ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import { show } from '../../module/shape-declaration';
import { checkLimits, checkOption, limitedOptions, type Limits } from '../option-limits';
import type { Optimizer } from '../optimizer';
import type { ParameterGroup } from '../parameter-groups';

/** A group as schedulers see it: momentum is `momentum` or `betas[0]`. */
export type Group = ParameterGroup<{ lr: number; momentum?: number; betas?: readonly number[] }>;

/** What `scheduler.stateDict()` hands out: plain numbers, texts and lists, which JSON keeps as they are. */
export interface SchedulerState {
  readonly name: string;
  readonly lastEpoch: number;
  readonly baseLrs: readonly number[];
  readonly lastLr: readonly number[];
  /** The options but for functions, which are not saved. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What this kind of scheduler remembers. */
  readonly memory: Readonly<Record<string, number | null>>;
  /** The states of schedulers that it is made of. */
  readonly schedulers?: readonly SchedulerState[];
}

/** An option that every scheduler has but for those that are made of others. */
export interface SchedulerOptions {
  /** The epoch that is over where training goes on from a checkpoint, in which the groups have their `initialLr`. Default -1. */
  lastEpoch: number;
}

/** The options of a scheduler; may be left out where all have defaults. */
type OptionsArgument<O> = object extends O
  ? [options?: O & Partial<SchedulerOptions>]
  : [options: O & Partial<SchedulerOptions>];

/** Numbers that a scheduler remembers. */
export type Memory = Record<string, number | null>;

/**
 * What all schedulers share. As in PyTorch, the constructor sets the rates of the first epoch; `step()`, after the
 * optimizer's, those of the next.
 *
 * Source: https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
export abstract class LRScheduler<O extends object = any, M extends Memory = Memory> {
  /** What errors call it. */
  abstract get name(): string;
  /** Every option that there is, with its default; undefined where it must be given. */
  protected abstract get defaults(): Required<O>;
  protected abstract get limits(): Limits<Required<O>>;

  readonly optimizer: Optimizer<any>;
  /** How many steps have been made; the constructor's first is epoch 0. */
  lastEpoch: number;
  /** The rates that the schedule starts from, one for each group. */
  baseLrs: readonly number[] = [];
  protected options: Required<O>;
  protected memory: M;
  private lastLr: readonly number[] = [];

  /** The next rate of each group. `isInitial` says that the constructor asks. */
  protected abstract rates(isInitial: boolean): readonly number[];
  /** The rates by epoch alone, where there is a formula. */
  protected closedRates(): readonly number[] | null {
    return null;
  }
  /** What it remembers at first. */
  protected begin(): M {
    return {} as M;
  }
  /** Throws where options do not fit each other or the optimizer. */
  protected check(_options: Required<O>): void {}
  /** Sets what the schedule itself decides to start from; not where training goes on. */
  protected prepare(): void {}

  /**
   * @param optimizer whose groups it sets
   * @throws ValueError for what is no optimizer, an option that is unknown, missing or out of range
   */
  constructor(optimizer: Optimizer<any>, ...[options]: OptionsArgument<O>) {
    this.optimizer = optimizer;
    this.options = this.checked(options);
    this.lastEpoch = options?.lastEpoch ?? -1;
    this.memory = this.begin();
    this.start();
  }

  private checked(given: Partial<O> & Partial<SchedulerOptions> = {}): Required<O> {
    if (!Array.isArray((this.optimizer as Partial<Optimizer> | undefined)?.paramGroups))
      throw new ValueError(`${this.name}: takes an optimizer first, not ${show(this.optimizer)}`);
    checkOptions(this.name, given, [...Object.keys(this.defaults), 'lastEpoch']);
    const { lastEpoch = -1, ...own } = given;
    if (lastEpoch !== -1) checkOption(this.name, 'lastEpoch', lastEpoch, 'countOrZero');
    const options = { ...this.defaults, ...own };
    checkLimits(this.name, options, limitedOptions<Required<O>>(this.defaults, this.limits));
    this.check(options);
    return options;
  }

  /** Notes the first rates and sets those of epoch 0. */
  protected start(): void {
    if (this.lastEpoch === -1) this.prepare();
    this.groups.forEach((group, i) => {
      if (this.lastEpoch !== -1 && group.initialLr === undefined)
        throw new ValueError(
          `${this.name}: group ${i} has no initialLr, which lastEpoch ${this.lastEpoch} needs; load the optimizer's state first`,
        );
      group.initialLr ??= group.lr;
    });
    this.baseLrs = this.groups.map(({ initialLr }) => initialLr!);
    this.advance(true);
  }

  protected get groups(): readonly Group[] {
    return this.optimizer.paramGroups;
  }
  protected get currentLrs(): number[] {
    return this.groups.map(({ lr }) => lr);
  }

  /**
   * Sets the rates of the next epoch.
   * @throws ValueError where a rate is not finite or below 0; then none is set
   */
  step(_value?: number): void {
    this.advance(false);
  }

  protected advance(isInitial: boolean): void {
    this.lastEpoch++;
    try {
      this.setRates(this.rates(isInitial));
    } catch (error) {
      this.lastEpoch--;
      throw error;
    }
  }

  /** Takes back the constructor's step, so that a sequence can make it when the time has come. */
  undo(): void {
    this.lastEpoch--;
  }
  /** Makes the constructor's step once more. */
  redo(): void {
    this.advance(true);
  }
  /** Begins at epoch 0. */
  restart(): void {
    this.lastEpoch = 0;
    this.setRates(this.closedRates() ?? this.rates(false));
  }

  protected setRates(rates: readonly number[]): void {
    const wrong = rates.findIndex((rate) => !(Number.isFinite(rate) && rate >= 0));
    if (wrong >= 0)
      throw new ValueError(
        `${this.name}: the rate of group ${wrong} at epoch ${this.lastEpoch} is ${show(rates[wrong])}; rates are finite and at least 0`,
      );
    this.groups.forEach((group, i) => (group.lr = rates[i]));
    this.noteRates();
  }
  protected noteRates(): void {
    this.lastLr = this.currentLrs;
  }

  /** The rates that it set last, one for each group. */
  getLastLr(): number[] {
    return [...this.lastLr];
  }

  /** A snapshot. The rates themselves are in the optimizer's. */
  stateDict(): SchedulerState {
    const { name, lastEpoch, baseLrs, lastLr, memory } = this;
    const options = Object.entries(this.options).filter(([, value]) => isPlain(value));
    return {
      name,
      lastEpoch,
      baseLrs: [...baseLrs],
      lastLr: [...lastLr],
      options: structuredClone(Object.fromEntries(options)),
      memory: { ...memory },
    };
  }

  /**
   * Takes over a snapshot, options included; functions stay as they are. Load the optimizer's as well.
   * @throws StateError for that of another schedule or of an optimizer with other groups; then nothing is loaded
   */
  loadStateDict(saved: SchedulerState): void {
    this.checkState(saved);
    this.lastEpoch = saved.lastEpoch;
    this.baseLrs = [...saved.baseLrs];
    this.lastLr = [...saved.lastLr];
    this.options = { ...this.options, ...structuredClone(saved.options) };
    this.memory = { ...saved.memory } as M;
  }

  /** @throws StateError as {@link loadStateDict} does */
  checkState(saved: SchedulerState): void {
    if (saved.name !== this.name) this.refuseState(`the state is that of ${show(saved.name)}`);
    if (saved.lastLr.length !== this.groups.length)
      this.refuseState(`the state is for ${saved.lastLr.length} groups, the optimizer has ${this.groups.length}`);
    const missing = Object.keys(this.memory).find((key) => !(key in saved.memory));
    if (missing !== undefined) this.refuseState(`memory.${missing} is missing`);
  }

  protected refuseState(what: string): never {
    throw new StateError(`${this.name}.loadStateDict: ${what}; nothing was loaded`);
  }
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  return value === null || !['function', 'object'].includes(typeof value);
}

/** Stands for the default of an option that must be given. */
export const required = undefined as never;

/** One value for each group, of an option that is one number or a list of them. @throws ValueError for a list of another length */
export function perGroup<T>(where: string, option: string, given: T | readonly T[], groups: readonly unknown[]): T[] {
  if (!Array.isArray(given)) return groups.map(() => given as T);
  if (given.length === groups.length) return [...(given as T[])];
  throw new ValueError(
    `${where}: ${option} has ${given.length} values, the optimizer ${groups.length} groups; give one for each`,
  );
}
