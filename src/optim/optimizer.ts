import { checkOptions } from '../core/options';
import type { Buffer, Tensor } from '../tensor';
import { checkLimits, checkOption, limitedOptions, type LimitedOption, type Limits } from './option-limits';
import { parameterGroups, type GroupMembers, type OptimizerSource, type ParameterGroup } from './parameter-groups';
import { readOptimizerState, writeOptimizerState, type OptimizerState } from './optimizer-state';

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** The learning rate: finite, at least 0. */
  lr: number;
}

/** Computes the loss and its gradients anew, and returns the loss. */
export type Closure<L = unknown> = () => L | Promise<L>;

/** State tensors by name, such as `{ momentum }`. */
export type Slots = Record<string, Tensor>;
/** State of a parameter that is plain numbers, such as a product of momenta. */
export type Numbers = Readonly<Record<string, number>>;
/** What an optimizer remembers of one parameter. */
export interface ParameterState {
  step: number;
  readonly slots: Record<string, Buffer>;
  numbers: Numbers;
}
/** Options by group tag or by pattern of paths: `{ groups: { noDecay: { weightDecay: 0 }, 'blocks.*.bias': { lr: 0.1 } } }`. */
export interface Tagged<O> {
  readonly groups?: Readonly<Record<string, Partial<O>>>;
}

/**
 * What all optimizers share: groups and state. A new one names its options and their limits; most are a
 * {@link FirstOrderOptimizer}.
 *
 * State is kept by the parameters' paths where the optimizer was given a module or named pairs, by position otherwise.
 */
export abstract class Optimizer<O extends OptimizerOptions = OptimizerOptions> {
  /** What errors call it. */
  abstract get name(): string;
  /** Every option that there is, with its default. A getter, since constructors read it before fields of a subclass are there. */
  protected abstract get defaults(): O;
  /** What options may be. Those that are true or false by default need none. */
  protected abstract get limits(): Limits<O>;
  /** Parameters with their options; set `group.lr` to change the learning rate. */
  readonly paramGroups: ParameterGroup<O>[] = [];
  protected readonly states = new Map<string, ParameterState>();
  /** Looked up once: groups are checked with every step, since their options may be changed. */
  private limited: readonly LimitedOption[] | undefined;

  /** Whether `step` cannot do without a closure, which it may evaluate several times. */
  get needsClosure(): boolean {
    return false;
  }
  /** Throws where options do not fit each other, or the parameters of the group. */
  protected check(_options: O, _group: GroupMembers): void {}
  /** The sizes of a state tensor, by default those of the parameter: saved ones are held against them. */
  protected slotShape(_slot: string, { shape }: Tensor): readonly number[] {
    return shape;
  }

  /**
   * @param source a module, a list of parameters or of [path, parameter] pairs, or a list of `{ params, ...options }`
   * @throws ValueError for no parameters, one given twice, a plain tensor, an option that is unknown or out of range
   */
  constructor(source: OptimizerSource<O>, options: Partial<O> & Tagged<O> = {}) {
    this.setup(source, options);
  }

  private setup(source: OptimizerSource<O>, options: Partial<O> & Tagged<O>): void {
    checkOptions(this.name, options, [...Object.keys(this.defaults), 'groups']);
    const { groups, ...given } = options;
    this.paramGroups.push(...parameterGroups<O>(this.name, source, { ...this.defaults, ...given }, groups));
    this.paramGroups.forEach((group) => this.checkGroup(group));
  }

  protected checkGroup(group: ParameterGroup<O>): void {
    checkOption(this.name, 'lr', group.lr, 'notNegative');
    this.limited ??= limitedOptions<O>(this.defaults, this.limits);
    checkLimits(this.name, group, this.limited);
    this.check(group, group);
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const parameter of params) parameter.grad = null;
  }

  /**
   * Updates the parameters. A closure computes loss and gradients first:
   * `await optimizer.step(() => { optimizer.zeroGrad(); const loss = ...; loss.backward(); return loss; })`.
   * @returns what the closure returned, the first time where it is called several times
   */
  abstract step(): Promise<void>;
  abstract step<L>(closure: Closure<L>): Promise<L>;

  /** A snapshot: options of the groups, and per path the steps and state tensors. */
  stateDict(): OptimizerState {
    return writeOptimizerState(this.paramGroups, this.states);
  }

  /** Takes over a snapshot. @throws StateError naming all paths that are missing, unexpected or reshaped; then nothing is loaded */
  loadStateDict(saved: OptimizerState): void {
    const shapeOf = (slot: string, parameter: Tensor) => this.slotShape(slot, parameter);
    readOptimizerState(this.name, saved, this.paramGroups, this.states, shapeOf);
  }
}
