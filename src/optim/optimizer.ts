import { sharingNumbers } from './formula';
import { withGradMode } from '../core/mode';
import { arrivals } from '../graph/recorder';
import { checkOptions } from '../core/options';
import { Buffer, commit, evaluated, withDevice, zeros, type Parameter, type Tensor } from '../tensor';
import { checkLimits, checkOption, type Limits } from './option-limits';
import { parameterGroups, type OptimizerSource, type ParameterGroup } from './parameter-groups';
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
/** What {@link Optimizer.apply} returns: the parameter's next value and its next state. */
export interface Update {
  readonly value: Tensor;
  readonly state: Slots;
  readonly numbers?: Numbers;
}
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
 * What all optimizers share: groups, state, the step. A new one names its options and their limits, and is two methods:
 * `init` makes the state of a parameter, `apply` computes the next value from gradient and state.
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
  private home: string | undefined;
  protected readonly states = new Map<string, ParameterState>();

  /** The first state of a parameter. */
  protected abstract init(parameter: Parameter, options: O): Slots;
  /**
   * The next value and state. `step` counts this parameter's steps from 1; `numbers` are those of the last update, none
   * before the first. Runs without recording gradients.
   */
  protected abstract apply(
    parameter: Tensor,
    gradient: Tensor,
    state: Slots,
    options: O,
    step: number,
    numbers: Numbers,
  ): Update;
  /** Throws where options do not fit each other. */
  protected check(_options: O): void {}
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

  private checkGroup(group: ParameterGroup<O>): void {
    checkOption(this.name, 'lr', group.lr, 'notNegative');
    checkLimits<O>(this.name, group, this.defaults, this.limits);
    this.check(group);
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const parameter of params) parameter.grad = null;
  }

  /**
   * Updates every parameter that has a gradient, all together. On the CPU the work is done when the call returns; on a GPU
   * it is on its way there, and what goes wrong is thrown by what is awaited.
   * A closure computes loss and gradients first: `await optimizer.step(() => { ...; loss.backward(); return loss; })`.
   * @returns what the closure returned
   */
  step(): Promise<void>;
  step<L>(closure: Closure<L>): Promise<L>;
  step<L>(closure?: Closure<L>): Promise<L | void> {
    return closure ? this.stepAfter(closure) : this.stepNow();
  }

  private async stepAfter<L>(closure: Closure<L>): Promise<L> {
    const loss = await closure();
    await this.stepNow();
    return loss;
  }

  /** No async function: what nobody awaits is to leave nothing behind. */
  private stepNow(): Promise<void> {
    try {
      const moving = this.follow();
      return moving === null ? evaluated(this.update()) : moving.then(() => evaluated(this.update()));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** State goes where the parameters have gone; from a GPU it takes its time. */
  private follow(): Promise<unknown> | null {
    const first = this.paramGroups[0]?.params[0];
    if (first === undefined || first.device === this.home) return null;
    this.home = first.device;
    for (const { params, names } of this.paramGroups)
      params.forEach((parameter, i) => {
        for (const slot of Object.values(this.states.get(names[i])?.slots ?? {})) slot.moveTo(parameter.device);
      });
    return arrivals();
  }

  /** Gives the devices that have work to do. */
  private update(): Set<string> {
    const pairs: [Tensor, Tensor][] = [];
    const stepped: [ParameterState, Update][] = [];
    withGradMode(false, () => {
      for (const group of this.paramGroups) {
        this.checkGroup(group);
        sharingNumbers(() => this.updateGroup(group, pairs, stepped));
      }
      commit(pairs);
    });
    for (const [state, { numbers }] of stepped) {
      state.step++;
      if (numbers) state.numbers = numbers;
    }
    return new Set(pairs.map(([target]) => target.device));
  }

  private updateGroup(group: ParameterGroup<O>, pairs: [Tensor, Tensor][], stepped: [ParameterState, Update][]): void {
    group.params.forEach((parameter, i) => {
      refuseUnsized(parameter);
      if (parameter.collected.value && parameter.requiresGrad)
        stepped.push(withDevice(parameter.device, () => this.updateOne(parameter, group.names[i], group, pairs)));
    });
  }

  private updateOne(
    parameter: Parameter,
    path: string,
    options: O,
    pairs: [Tensor, Tensor][],
  ): [ParameterState, Update] {
    const state = this.stateOf(parameter, path, options);
    const gradient = parameter.collected.value!;
    const next = this.apply(parameter, gradient, state.slots, options, state.step + 1, state.numbers);
    pairs.push([parameter, next.value]);
    for (const [name, value] of Object.entries(next.state)) {
      // an option such as momentum may be switched on in the middle of a run
      const slot = (state.slots[name] ??= new Buffer(zeros(value.shape)));
      pairs.push([slot, value]);
    }
    return [state, next];
  }

  private stateOf(parameter: Parameter, path: string, options: O): ParameterState {
    let state = this.states.get(path);
    if (!state) {
      const slots: Record<string, Buffer> = {};
      for (const [name, value] of Object.entries(this.init(parameter, options))) slots[name] = new Buffer(value);
      this.states.set(path, (state = { step: 0, slots, numbers: {} }));
    }
    return state;
  }

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

/** Reading the value of a parameter whose first forward is still to come throws the error that says so. */
function refuseUnsized(parameter: Parameter): void {
  if (parameter.collected.value === null) void parameter.size;
}
