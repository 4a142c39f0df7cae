import { ValueError } from '../core/errors';
import { gt, lt, max, min, mul, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { full, zeros, type Parameter, type Tensor } from '../tensor';
import { signOf } from './averages';
import { formula } from './formula';
import { directed } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface RpropOptions extends OptimizerOptions {
  /** What a step is multiplied with where the gradient's sign has changed, and where it has not. Default [0.5, 1.2]. */
  etas: readonly [number, number];
  /** The smallest and the largest step. Default [1e-6, 50]. */
  stepSizes: readonly [number, number];
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: RpropOptions = { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };

const limits: Limits<RpropOptions> = { etas: ['insideOne', 'aboveOne'], stepSizes: ['notNegative', 'notNegative'] };

const resized = formula('rprop size', (size: Expr, g: Expr, before: Expr, down: Expr, up: Expr) => {
  const turn = mul(g, before);
  return mul(size, select(gt(turn, 0), up, select(lt(turn, 0), down, 1)));
});
const limited = formula('rprop limits', (size: Expr, least: Expr, most: Expr) => min(max(size, least), most));
const going = formula('rprop direction', (g: Expr, before: Expr) => select(lt(mul(g, before), 0), 0, g));
const stepped = formula('rprop', (p: Expr, g: Expr, size: Expr) => sub(p, mul(signOf(g), size)));

/**
 * Rprop: each element has a step size of its own, which grows while the sign of its gradient stays and shrinks when it
 * changes; of the gradient the sign alone counts. For whole data sets, not batches. `lr`, by default 0.01, is the first
 * step size and changes nothing later.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Rprop.html
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new Rprop(model, { etas: [0.5, 1.1] });
 */
export class Rprop extends FirstOrderOptimizer<RpropOptions> {
  get name(): string {
    return 'Rprop';
  }

  protected get defaults(): RpropOptions {
    return defaults;
  }

  protected get limits(): Limits<RpropOptions> {
    return limits;
  }

  protected init({ shape }: Parameter, { lr }: RpropOptions): Slots {
    return { size: full(shape, lr), before: zeros(shape) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: RpropOptions): Update {
    const [down, up] = options.etas;
    const [least, most] = options.stepSizes;
    const g = directed(gradient, parameter, options);
    const size = limited(resized(state.size, g, state.before, down, up), least, most);
    const before = going(g, state.before);
    return { value: stepped(parameter, before, size), state: { size, before } };
  }

  protected override check({ stepSizes: [least, most] }: RpropOptions): void {
    if (least > most)
      throw new ValueError(`Rprop: stepSizes are the smallest and the largest step, not [${least}, ${most}]`);
  }
}
