import { StateError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { add, mul, sub } from '../expr/build';
import { namedParameters, stateDict, type StateDict } from '../module';
import { formula, sharingNumbers } from '../optim/formula';
import { Buffer, commit, type Tensor } from '../tensor';

const towards = formula('average of parameters', (average, value, share) => add(average, mul(sub(value, average), share))); // prettier-ignore

/** What a checkpoint keeps of an average. */
export interface AverageState {
  readonly count: number;
  readonly values: StateDict;
}

/**
 * A running average of a model's parameters, which can take their place. Buffers, such as running statistics, are the
 * model's own. PyTorch: torch.optim.swa_utils.AveragedModel
 */
export class WeightAverage {
  /** How many values are in it. */
  count = 0;
  private readonly averages = new Map<string, Buffer>();
  /** The values of the parameters while the averages stand in their place. */
  private own: ReadonlyMap<string, Buffer> | undefined;

  constructor(
    private readonly asker: string,
    private readonly model: object,
  ) {}

  /** @param share of the average that the values as they are now replace; the first become the average */
  update(share: number): void {
    withGradMode(false, () =>
      sharingNumbers(() => {
        const pairs: [Tensor, Tensor][] = [];
        for (const [path, parameter] of namedParameters(this.model)) {
          const average = this.averages.get(path);
          if (average === undefined) this.averages.set(path, new Buffer(parameter));
          else pairs.push([average, towards(average, parameter, share)]);
        }
        commit(pairs);
      }),
    );
    this.count++;
  }

  /** Puts the averages in, if there are any. */
  swapIn(): void {
    if (this.count === 0 || this.own) return;
    this.own = new Map(namedParameters(this.model).map(([path, parameter]) => [path, new Buffer(parameter)]));
    this.install(this.averages);
  }

  swapOut(): void {
    if (this.own) this.install(this.own);
    this.own = undefined;
  }

  /** Puts the averages in for good. */
  keep(): void {
    this.swapIn();
    this.own = undefined;
  }

  private install(values: ReadonlyMap<string, Tensor>): void {
    commit(namedParameters(this.model).map(([path, parameter]): [Tensor, Tensor] => [parameter, values.get(path)!]));
  }

  /** The model's state dict with the averages in it. @throws StateError where there are none yet */
  values(): StateDict {
    if (this.count === 0)
      throw new StateError(`${this.asker}: there is no average yet; it begins with a step of the run`);
    const isIn = this.own !== undefined;
    this.swapIn();
    const values = stateDict(this.model);
    if (!isIn) this.swapOut();
    return values;
  }

  state(): AverageState {
    const values = [...this.averages].map(([path, average]) => [path, average.detach().keep()] as const);
    return { count: this.count, values: Object.fromEntries(values) };
  }

  /** @throws StateError where the state is of another model; then nothing is changed */
  restore({ count, values }: AverageState): void {
    const parameters = count === 0 ? [] : namedParameters(this.model);
    const wrong = parameters.find(([path, { shape }]) => String(values[path]?.shape) !== String(shape));
    if (wrong) throw new StateError(`${this.asker}: the state has no average for ${wrong[0]}; it is of another model`);
    this.count = count;
    this.averages.clear();
    for (const [path, { device }] of parameters) this.averages.set(path, new Buffer(values[path].to(device)));
  }
}
