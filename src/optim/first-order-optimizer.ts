import { withGradMode } from '../core/mode';
import type { Node } from '../graph/node';
import { arrivals } from '../graph/recorder';
import { Buffer, evaluated, withDevice, zeros, type Change, type Parameter, type Tensor } from '../tensor';
import { sharingNumbers } from './formula';
import { makeUpdate, type KnownUpdate } from './known-update';
import type { ParameterGroup } from './parameter-groups';
import {
  Optimizer,
  type Closure,
  type Numbers,
  type OptimizerOptions,
  type ParameterState,
  type Slots,
} from './optimizer';

/** What {@link FirstOrderOptimizer.apply} returns: the parameter's next value and its next state. */
export interface Update {
  readonly value: Tensor;
  readonly state: Slots;
  readonly numbers?: Numbers;
}

/** A parameter that is to be updated. */
interface Due<O> {
  readonly parameter: Parameter;
  readonly gradient: Tensor;
  readonly state: ParameterState;
  readonly options: O;
}
/** What `apply` came to for all of them. */
interface Applied {
  readonly changes: Change[];
  readonly stepped: { readonly state: ParameterState; readonly numbers: Numbers | undefined }[];
}

/**
 * An optimizer that updates each parameter by itself, from one gradient. A new one is two methods: `init` makes the state of
 * a parameter, `apply` computes the next value from gradient and state.
 */
export abstract class FirstOrderOptimizer<O extends OptimizerOptions = OptimizerOptions> extends Optimizer<O> {
  /** The first state of a parameter. */
  protected abstract init(parameter: Parameter, options: O): Slots;
  /**
   * The next value and state. `step` counts this parameter's steps from 1; `numbers` are those of the last update, none
   * before the first. Runs without recording gradients, and may run twice for one step: what is to be remembered goes into
   * state and numbers.
   */
  protected abstract apply(
    parameter: Tensor,
    gradient: Tensor,
    state: Slots,
    options: O,
    step: number,
    numbers: Numbers,
  ): Update;
  private home: string | undefined;
  private known: KnownUpdate | null = null;

  /**
   * Updates every parameter that has a gradient, all together. On the CPU the work is done when the call returns; on a GPU
   * it is on its way there, and what goes wrong is thrown by what is awaited.
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
  private update(): Iterable<string> {
    return withGradMode(false, () => this.updated());
  }

  private updated(): Iterable<string> {
    const due = this.due();
    const { applied, devices, known } = makeUpdate(this.known, valuesOf(due), () => this.applied(due));
    this.known = known;
    for (const { state, numbers } of applied.stepped) {
      state.step++;
      if (numbers) state.numbers = numbers;
    }
    return devices;
  }

  /** What is to be updated, by group. */
  private due(): Due<O>[][] {
    for (const group of this.paramGroups) this.checkGroup(group);
    const due: Due<O>[][] = [];
    for (const group of this.paramGroups) due.push(this.dueOf(group));
    return due;
  }

  private dueOf(group: ParameterGroup<O>): Due<O>[] {
    const due: Due<O>[] = [];
    for (let i = 0; i < group.params.length; i++) {
      const parameter = group.params[i];
      refuseUnsized(parameter);
      const gradient = parameter.collected.value;
      if (gradient === null || !parameter.requiresGrad) continue;
      due.push({ parameter, gradient, state: this.stateOf(parameter, group.names[i], group), options: group });
    }
    return due;
  }

  private applied(due: readonly (readonly Due<O>[])[]): Applied {
    const applied: Applied = { changes: [], stepped: [] };
    for (const group of due)
      sharingNumbers(() => {
        for (const one of group) withDevice(one.parameter.device, () => this.applyTo(one, applied));
      });
    return applied;
  }

  private applyTo({ parameter, gradient, state, options }: Due<O>, { changes, stepped }: Applied): void {
    const next = this.apply(parameter, gradient, state.slots, options, state.step + 1, state.numbers);
    changes.push([parameter, next.value]);
    for (const name in next.state) {
      const value = next.state[name];
      // an option such as momentum may be switched on in the middle of a run
      const slot = (state.slots[name] ??= new Buffer(zeros(value.shape)));
      changes.push([slot, value]);
    }
    stepped.push({ state, numbers: next.numbers });
  }

  private stateOf(parameter: Parameter, path: string, options: O): ParameterState {
    return this.states.get(path) ?? withDevice(parameter.device, () => this.begin(parameter, path, options));
  }

  private begin(parameter: Parameter, path: string, options: O): ParameterState {
    const slots: Record<string, Buffer> = {};
    for (const [name, value] of Object.entries(this.init(parameter, options))) slots[name] = new Buffer(value);
    const state = { step: 0, slots, numbers: {} };
    this.states.set(path, state);
    return state;
  }
}

/** All that updates are made of. */
function valuesOf(due: readonly (readonly Due<unknown>[])[]): Node[] {
  const nodes: Node[] = [];
  for (const group of due)
    for (const { parameter, gradient, state } of group) {
      nodes.push(parameter.node, gradient.node);
      for (const name in state.slots) nodes.push(state.slots[name].node);
    }
  return nodes;
}

/** Reading the value of a parameter whose first forward is still to come throws the error that says so. */
function refuseUnsized(parameter: Parameter): void {
  if (parameter.collected.value === null) void parameter.size;
}
