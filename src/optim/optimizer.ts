import { sharingNumbers } from './formula';
import { ValueError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { arrivals } from '../graph/recorder';
import { checkOptions } from '../core/options';
import { Buffer, commit, evaluated, withDevice, zeros, type Parameter, type Tensor } from '../tensor';
import { parameterGroups, type OptimizerSource, type ParameterGroup } from './parameter-groups';
import { readOptimizerState, writeOptimizerState, type OptimizerState } from './optimizer-state';

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** The learning rate: finite, at least 0. */
  lr: number;
}

/** State tensors by name, such as `{ momentum }`. */
export type Slots = Record<string, Tensor>;
/** What {@link Optimizer.apply} returns: the parameter's next value and its next state. */
export interface Update {
  readonly value: Tensor;
  readonly state: Slots;
}
/** What an optimizer remembers of one parameter. */
export interface ParameterState {
  step: number;
  readonly slots: Record<string, Buffer>;
}
/** Options by group tag: `{ groups: { noDecay: { weightDecay: 0 } } }`. */
export interface Tagged<O> {
  readonly groups?: Readonly<Record<string, Partial<O>>>;
}

/**
 * What all optimizers share: groups, state, the step. A new one is two methods: `init` makes the state of a parameter,
 * `apply` computes the next value from gradient and state.
 *
 * State is kept by the parameters' paths where the optimizer was given a module or named pairs, by position otherwise.
 */
export abstract class Optimizer<O extends OptimizerOptions = OptimizerOptions> {
  /** What errors call it. */
  abstract get name(): string;
  /** Parameters with their options; set `group.lr` to change the learning rate. */
  readonly paramGroups: ParameterGroup<O>[] = [];
  private home: string | undefined;
  protected readonly states = new Map<string, ParameterState>();

  /** The first state of a parameter. */
  protected abstract init(parameter: Parameter, options: O): Slots;
  /** The next value and state. `step` counts this parameter's steps from 1. Runs without recording gradients. */
  protected abstract apply(parameter: Tensor, gradient: Tensor, state: Slots, options: O, step: number): Update;
  /** Throws where an option is out of range. */
  protected abstract check(options: O): void;

  /** Called by constructors, since fields of a subclass are not there before. `defaults` names all options that there are. */
  protected setup(source: OptimizerSource<O>, defaults: O, given: Partial<O> & Tagged<O>): void {
    checkOptions(this.name, given, [...Object.keys(defaults), 'groups']);
    const { groups, ...options } = given;
    this.paramGroups.push(...parameterGroups<O>(this.name, source, { ...defaults, ...options }, groups));
    this.paramGroups.forEach((group) => this.checkGroup(group));
  }

  private checkGroup(group: ParameterGroup<O>): void {
    checkRange(this.name, 'lr', group.lr);
    this.check(group);
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const { params } of this.paramGroups) for (const parameter of params) parameter.grad = null;
  }

  /**
   * Updates every parameter that has a gradient, all together. On the CPU the work is done when the call returns; on a GPU
   * it is on its way there, and what goes wrong is thrown by what is awaited.
   */
  step(): Promise<void> {
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
    const stepped: ParameterState[] = [];
    withGradMode(false, () => {
      for (const group of this.paramGroups) {
        this.checkGroup(group);
        sharingNumbers(() => this.updateGroup(group, pairs, stepped));
      }
      commit(pairs);
    });
    for (const state of stepped) state.step++;
    return new Set(pairs.map(([target]) => target.device));
  }

  private updateGroup(group: ParameterGroup<O>, pairs: [Tensor, Tensor][], stepped: ParameterState[]): void {
    group.params.forEach((parameter, i) => {
      refuseUnsized(parameter);
      if (parameter.collected.value && parameter.requiresGrad)
        stepped.push(withDevice(parameter.device, () => this.updateOne(parameter, group.names[i], group, pairs)));
    });
  }

  private updateOne(parameter: Parameter, path: string, options: O, pairs: [Tensor, Tensor][]): ParameterState {
    const state = this.stateOf(parameter, path, options);
    const next = this.apply(parameter, parameter.collected.value!, state.slots, options, state.step + 1);
    pairs.push([parameter, next.value]);
    for (const [name, value] of Object.entries(next.state)) {
      // an option such as momentum may be switched on in the middle of a run
      const slot = (state.slots[name] ??= new Buffer(zeros(value.shape)));
      pairs.push([slot, value]);
    }
    return state;
  }

  private stateOf(parameter: Parameter, path: string, options: O): ParameterState {
    let state = this.states.get(path);
    if (!state) {
      const slots: Record<string, Buffer> = {};
      for (const [name, value] of Object.entries(this.init(parameter, options))) slots[name] = new Buffer(value);
      this.states.set(path, (state = { step: 0, slots }));
    }
    return state;
  }

  /** A snapshot: options of the groups, and per path the steps and state tensors. */
  stateDict(): OptimizerState {
    return writeOptimizerState(this.paramGroups, this.states);
  }

  /** Takes over a snapshot. @throws StateError naming all paths that are missing, unexpected or reshaped; then nothing is loaded */
  loadStateDict(saved: OptimizerState): void {
    readOptimizerState(this.name, saved, this.paramGroups, this.states);
  }
}

/** Reading the value of a parameter whose first forward is still to come throws the error that says so. */
function refuseUnsized(parameter: Parameter): void {
  if (parameter.collected.value === null) void parameter.size;
}

/** @throws ValueError unless value is finite, at least 0 and, where given, below `end` */
export function checkRange(optimizer: string, option: string, value: number, end = Infinity): void {
  if (Number.isFinite(value) && value >= 0 && value < end) return;
  const range = end === Infinity ? 'a finite number of at least 0' : `from 0 to below ${end}`;
  throw new ValueError(`${optimizer}: ${option} must be ${range}, not ${String(value)}`);
}
