import { add, div, max, mul, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { formula } from './formula';
import { directed } from './gradient';
import { averagedShare, momentLimits, moments } from './moments';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface AdamOptions extends OptimizerOptions {
  /** How slowly the averages of gradient and squared gradient forget. Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Keeps the quotient finite. Default 1e-8. */
  eps: number;
  /** Default 0 for Adam, 0.01 for AdamW. */
  weightDecay: number;
  /** Divides by the largest average so far. Default false. */
  amsgrad: boolean;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: AdamOptions = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

const limits: Limits<AdamOptions> = momentLimits;

/**
 * Adam: steps of the averaged gradient over the root of its averaged square, both corrected for their start at 0.
 * Weight decay is added to the gradient.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html, https://arxiv.org/abs/1412.6980
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new Adam(model, { lr: 1e-3 });
 */
export class Adam extends FirstOrderOptimizer<AdamOptions> {
  get name(): string {
    return 'Adam';
  }

  protected get defaults(): AdamOptions {
    return defaults;
  }

  protected get limits(): Limits<AdamOptions> {
    return limits;
  }

  protected init(parameter: Parameter, { amsgrad }: AdamOptions): Slots {
    const slots = averages.begin(parameter);
    return amsgrad ? { ...slots, largest: zeros(parameter.shape) } : slots;
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: AdamOptions, step: number): Update {
    return adamUpdate(parameter, directed(gradient, parameter, options), state, options, step);
  }
}

const averages = moments('adam');
const larger = formula('amsgrad', (a: Expr, b: Expr) => max(a, b));
const stepped = formula('adam', (p: Expr, m: Expr, v: Expr, correction: Expr, eps: Expr, lr: Expr) =>
  sub(p, mul(div(m, add(mul(sqrt(v), correction), eps)), lr)),
);

/** The step that Adam and AdamW share. */
export function adamUpdate(
  parameter: Tensor,
  g: Tensor,
  state: Slots,
  { lr, betas, eps, amsgrad }: AdamOptions,
  step: number,
): Update {
  const { mean, square } = averages.next(state, g, betas);
  const largest = amsgrad ? larger(state.largest ?? square, square) : square;
  const value = stepped(
    parameter,
    mean,
    largest,
    1 / Math.sqrt(averagedShare(betas[1], step)),
    eps,
    lr / averagedShare(betas[0], step),
  );
  return { value, state: amsgrad ? { mean, square, largest } : { mean, square } };
}
