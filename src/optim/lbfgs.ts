import { ValueError } from '../core/errors';
import { add, mul } from '../expr/build';
import type { Expr } from '../expr/expr';
import { isTensor, noGrad, withDevice, zeros, type Parameter, type Tensor } from '../tensor';
import { formula } from './formula';
import { computed, directionFrom, dividedMemory, dot, joinedMemory, noMemory, remember } from './lbfgs-memory';
import { strongWolfe, type LinePoint } from './line-search';
import { Optimizer, type Closure, type OptimizerOptions } from './optimizer';
import type { Limits } from './option-limits';
import type { OptimizerState } from './optimizer-state';
import { install, joined } from './parameter-vector';

export interface LBFGSOptions extends OptimizerOptions {
  /** Iterations in a step at most. Default 20. */
  maxIter: number;
  /** Evaluations of the closure in a step at most; null is 1.25 times maxIter. Default null. */
  maxEval: number | null;
  /** A step ends where no element of the gradient is larger. Default 1e-7. */
  toleranceGrad: number;
  /** A step ends where loss or parameters change by less. Default 1e-9. */
  toleranceChange: number;
  /** How many iterations are remembered. Default 100. */
  historySize: number;
  /** How the length of an iteration's step is found; null takes lr. Default null. */
  lineSearchFn: 'strong_wolfe' | null;
}

const defaults: LBFGSOptions = {
  lr: 1,
  maxIter: 20,
  maxEval: null,
  toleranceGrad: 1e-7,
  toleranceChange: 1e-9,
  historySize: 100,
  lineSearchFn: null,
};

const limits: Limits<LBFGSOptions> = {
  maxIter: 'count',
  maxEval: { nullOr: 'count' },
  toleranceGrad: 'notNegative',
  toleranceChange: 'notNegative',
  historySize: 'count',
  lineSearchFn: { oneOf: ['strong_wolfe', null] },
};

/** The objective at a place: its loss, and its gradient as one vector. */
interface Place {
  readonly loss: number;
  readonly gradient: Tensor;
}
/** A step under way. */
interface Run {
  readonly evaluate: () => Promise<Place>;
  place: Place;
  evaluations: number;
}

const moved = formula('lbfgs', (p: Expr, direction: Expr, t: Expr) => add(p, mul(direction, t)));
const largest = (x: Tensor): Promise<number> => noGrad(() => x.abs().max()).item();

/**
 * L-BFGS: steps by an approximate inverse Hessian, made of the last steps and of how the gradient changed with them. For
 * whole data sets, not batches. `step` needs a closure, which it evaluates several times. All parameters are one group, on
 * one device. Default lr 1.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
 * @throws ValueError for no parameters, several groups, one given twice, a plain tensor, or an option out of range
 * @example
 * const optimizer = new LBFGS(model, { lineSearchFn: 'strong_wolfe' });
 * const loss = await optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = mseLoss(model.forward(x), y);
 *   loss.backward();
 *   return loss;
 * });
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  #memory = noMemory;

  get name(): string {
    return 'LBFGS';
  }

  override get needsClosure(): boolean {
    return true;
  }

  protected get defaults(): LBFGSOptions {
    return defaults;
  }

  protected get limits(): Limits<LBFGSOptions> {
    return limits;
  }

  /**
   * Several iterations, each of which evaluates the closure at least once.
   * @returns what the closure returned the first time: a loss, as a scalar or a number
   * @throws ValueError without a closure. Where the closure throws, the parameters are as they were before
   */
  step(): Promise<void>;
  step<L>(closure: Closure<L>): Promise<L>;
  async step<L>(closure?: Closure<L>): Promise<L> {
    if (typeof closure !== 'function')
      throw new ValueError(
        'LBFGS: step needs a closure, which computes loss and gradients and returns the loss: ' +
          'step(() => { optimizer.zeroGrad(); const loss = ...; loss.backward(); return loss; })',
      );
    this.checkGroup(this.paramGroups[0]);
    const begin = this.values();
    try {
      return await this.descend(closure);
    } catch (error) {
      this.place(begin);
      throw error;
    }
  }

  protected override check(): void {
    if (this.paramGroups.length !== 1)
      throw new ValueError(`LBFGS: all parameters are one group, not ${this.paramGroups.length}; give one list`);
  }

  private async descend<L>(closure: Closure<L>): Promise<L> {
    const { maxIter, toleranceGrad } = this.paramGroups[0];
    const loss = await closure();
    const evaluate = async () => this.measured(await closure());
    const run: Run = { evaluate, place: await this.measured(loss), evaluations: 1 };
    const before = this.#memory;
    this.#memory = { ...before, evaluations: before.evaluations + 1 };
    try {
      if ((await largest(run.place.gradient)) <= toleranceGrad) return loss;
      for (let i = 1; i <= maxIter; i++) if (await this.iterate(run, i === maxIter)) break;
      return loss;
    } catch (error) {
      this.#memory = before;
      throw error;
    }
  }

  /** One iteration; true if it is to be the last. */
  private async iterate(run: Run, isLast: boolean): Promise<boolean> {
    const { maxEval, maxIter, toleranceGrad, toleranceChange } = this.paramGroups[0];
    const before = run.place;
    const most = maxEval ?? Math.floor(maxIter * 1.25);
    const direction = await this.aim(before.gradient);
    const slope = await noGrad(() => dot(before.gradient, direction)).item();
    if (slope > -toleranceChange) return true;
    const evaluations = await this.search(run, slope, most, isLast);
    run.evaluations += evaluations;
    this.#memory.evaluations += evaluations;
    if (isLast || run.evaluations >= most || (await largest(run.place.gradient)) <= toleranceGrad) return true;
    if ((await largest(direction)) * this.#memory.length <= toleranceChange) return true;
    return Math.abs(run.place.loss - before.loss) < toleranceChange;
  }

  /** Notes where the iteration begins and where it goes, with a first guess of how far. */
  private async aim(gradient: Tensor): Promise<Tensor> {
    const { lr, historySize } = this.paramGroups[0];
    const memory = this.#memory;
    const isFirst = ++memory.iterations === 1;
    if (!isFirst) await remember(memory, gradient, historySize);
    const total = isFirst ? await noGrad(() => gradient.abs().sum()).item() : 0;
    const direction = noGrad(() => directionFrom(memory, gradient));
    Object.assign(memory, { gradient, direction, length: isFirst ? Math.min(1, 1 / total) * lr : lr });
    return direction;
  }

  /** Moves the parameters along the direction; the number of evaluations that this took. */
  private async search(run: Run, slope: number, most: number, isLast: boolean): Promise<number> {
    const { lineSearchFn, toleranceChange } = this.paramGroups[0];
    const [memory, begin] = [this.#memory, this.values()];
    const move = (t: number) => this.place(noGrad(() => moved(begin, memory.direction!, t)));
    if (lineSearchFn === null) {
      move(memory.length);
      if (!isLast) run.place = await run.evaluate();
      return isLast ? 0 : 1;
    }
    const at = async (t: number): Promise<Place & LinePoint> => {
      move(t);
      const place = await run.evaluate();
      return { ...place, t, slope: await noGrad(() => dot(place.gradient, memory.direction!)).item() };
    };
    const size = await largest(memory.direction!);
    const isNarrow = (width: number) => width * size < toleranceChange;
    const limit = most - run.evaluations;
    const { point, evaluations } = await strongWolfe(memory.length, { at, start: { ...run.place, t: 0, slope }, limit, isNarrow }); // prettier-ignore
    move(point.t);
    memory.length = point.t;
    run.place = point;
    return evaluations;
  }

  private get parameters(): readonly Parameter[] {
    return this.paramGroups[0].params;
  }

  private values(): Tensor {
    return noGrad(() => computed(joined(this.parameters))[0]);
  }

  private place(vector: Tensor): void {
    noGrad(() => install(vector, this.parameters));
  }

  /** What the closure left: the loss that it returned, and the gradients. */
  private async measured(loss: unknown): Promise<Place> {
    const gradient = noGrad(() => {
      const list = this.parameters.map((p) => p.collected.value ?? withDevice(p.device, () => zeros(p.shape)));
      return computed(joined(list))[0];
    });
    const value = isTensor(loss) ? await loss.item() : loss;
    if (typeof value === 'number') return { loss: value, gradient };
    throw new ValueError(`LBFGS: the closure must return the loss, a scalar or a number, not ${String(value)}`);
  }

  override stateDict(): OptimizerState {
    if (this.#memory !== noMemory) {
      const states = noGrad(() => dividedMemory(this.#memory, this.parameters));
      states.forEach((state, i) => this.states.set(this.paramGroups[0].names[i], state));
    }
    const saved = super.stateDict();
    this.states.clear();
    return saved;
  }

  override loadStateDict(saved: OptimizerState): void {
    super.loadStateDict(saved);
    const states = this.paramGroups[0].names.flatMap((name) => this.states.get(name) ?? []);
    this.#memory = states.length === 0 ? noMemory : noGrad(() => joinedMemory(states));
    this.states.clear();
  }
}
