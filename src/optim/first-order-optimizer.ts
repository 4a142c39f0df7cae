import { withGradMode } from '../core/mode';
import { arrivals } from '../graph/recorder';
import { Buffer, commit, evaluated, withDevice, zeros, type Change, type Parameter, type Tensor } from '../tensor';
import { sharingNumbers } from './formula';
import {
  Optimizer,
  type Closure,
  type Numbers,
  type OptimizerOptions,
  type ParameterState,
  type Slots,
} from './optimizer';
import type { ParameterGroup } from './parameter-groups';

/** What {@link FirstOrderOptimizer.apply} returns: the parameter's next value and its next state. */
export interface Update {
  readonly value: Tensor;
  readonly state: Slots;
  readonly numbers?: Numbers;
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
  private home: string | undefined;

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
  private update(): ReadonlySet<string> {
    const changes: Change[] = [];
    const stepped: [ParameterState, Update][] = [];
    const devices = withGradMode(false, () => {
      for (const group of this.paramGroups) {
        this.checkGroup(group);
        sharingNumbers(() => this.updateGroup(group, changes, stepped));
      }
      return commit(changes);
    });
    for (const [state, { numbers }] of stepped) {
      state.step++;
      if (numbers) state.numbers = numbers;
    }
    return devices;
  }

  private updateGroup(group: ParameterGroup<O>, changes: Change[], stepped: [ParameterState, Update][]): void {
    group.params.forEach((parameter, i) => {
      refuseUnsized(parameter);
      if (parameter.collected.value && parameter.requiresGrad)
        stepped.push(withDevice(parameter.device, () => this.updateOne(parameter, group.names[i], group, changes)));
    });
  }

  private updateOne(parameter: Parameter, path: string, options: O, changes: Change[]): [ParameterState, Update] {
    const state = this.stateOf(parameter, path, options);
    const gradient = parameter.collected.value!;
    const next = this.apply(parameter, gradient, state.slots, options, state.step + 1, state.numbers);
    changes.push([parameter, next.value]);
    for (const name in next.state) {
      const value = next.state[name];
      // an option such as momentum may be switched on in the middle of a run
      const slot = (state.slots[name] ??= new Buffer(zeros(value.shape)));
      changes.push([slot, value]);
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
}

/** Reading the value of a parameter whose first forward is still to come throws the error that says so. */
function refuseUnsized(parameter: Parameter): void {
  if (parameter.collected.value === null) void parameter.size;
}
