import { ShapeError, ValueError } from '../core/errors';
import { showShape } from '../core/shape';
import { add, div, max, mul, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { average } from './averages';
import { formula } from './formula';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';
import type { GroupMembers } from './parameter-groups';

export interface MuonOptions extends OptimizerOptions {
  /** Shrinks the parameter by lr * weightDecay before the step. Default 0.1. */
  weightDecay: number;
  /** How slowly the average of the gradient forgets. Default 0.95. */
  momentum: number;
  /** Looks one momentum step ahead. Default true. */
  nesterov: boolean;
  /** Those of x, x^3 and x^5 in an iteration. Default [3.4445, -4.775, 2.0315]. */
  nsCoefficients: readonly [number, number, number];
  /** The least norm that the average is divided by. Default 1e-7. */
  eps: number;
  /** Iterations of Newton and Schulz, fewer than 100. Default 5. */
  nsSteps: number;
  /**
   * How lr follows the shape [rows, columns]: null or 'original' times sqrt(max(1, rows / columns)); 'match_rms_adamw'
   * times 0.2 * sqrt(max(rows, columns)), so that AdamW's rate and weight decay fit. Default null.
   */
  adjustLrFn: 'original' | 'match_rms_adamw' | null;
}

const defaults: MuonOptions = {
  lr: 1e-3,
  weightDecay: 0.1,
  momentum: 0.95,
  nesterov: true,
  nsCoefficients: [3.4445, -4.775, 2.0315],
  eps: 1e-7,
  nsSteps: 5,
  adjustLrFn: null,
};

const limits: Limits<MuonOptions> = {
  weightDecay: 'notNegative',
  momentum: 'notNegative',
  nsCoefficients: ['any', 'any', 'any'],
  eps: 'notNegative',
  nsSteps: 'countOrZero',
  adjustLrFn: { oneOf: ['original', 'match_rms_adamw', null] },
};

const averaged = formula('muon average', average);
const scaled = formula('muon scale', (x: Expr, norm: Expr, eps: Expr) => div(x, max(norm, eps)));
const sumOf = formula('muon sum', (x: Expr, a: Expr, y: Expr, b: Expr) => add(mul(x, a), mul(y, b)));
const stepped = formula('muon', (p: Expr, x: Expr, keep: Expr, lr: Expr) => sub(mul(p, keep), mul(x, lr)));

/**
 * Muon: steps of the averaged gradient made orthogonal, that is with all its singular values near 1, by iterations of
 * Newton and Schulz. For the matrices of hidden layers; give the rest to AdamW. PyTorch iterates in bfloat16, this in
 * float32. Default lr 0.001.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Muon.html, https://kellerjordan.github.io/posts/muon/
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range; ShapeError for a
 * parameter that is no matrix
 * @example const optimizer = new Muon([model.hidden.weight], { lr: 0.02 });
 */
export class Muon extends FirstOrderOptimizer<MuonOptions> {
  get name(): string {
    return 'Muon';
  }

  protected get defaults(): MuonOptions {
    return defaults;
  }

  protected get limits(): Limits<MuonOptions> {
    return limits;
  }

  protected init({ shape }: Parameter): Slots {
    return { momentum: zeros(shape) };
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: MuonOptions): Update {
    const { lr, momentum: beta, nesterov, weightDecay } = options;
    const momentum = averaged(state.momentum, gradient, beta, 1 - beta);
    const direction = nesterov ? averaged(momentum, gradient, beta, 1 - beta) : momentum;
    const rate = lr * rateFactor(options, parameter.shape);
    return {
      value: stepped(parameter, orthogonal(direction, options), 1 - lr * weightDecay, rate),
      state: { momentum },
    };
  }

  protected override check({ nsSteps }: MuonOptions, { params, names }: GroupMembers): void {
    const other = params.findIndex(({ shape }) => shape.length !== 2);
    if (other >= 0)
      throw new ShapeError(
        `Muon: parameter '${names[other]}' is ${showShape(params[other].shape)}; it takes matrices alone, give others to AdamW`,
      );
    if (nsSteps >= 100) throw new ValueError(`Muon: nsSteps must be below 100, not ${nsSteps}`);
  }
}

function rateFactor({ adjustLrFn }: MuonOptions, [rows, columns]: readonly number[]): number {
  if (adjustLrFn === 'match_rms_adamw') return 0.2 * Math.sqrt(Math.max(rows, columns));
  return Math.sqrt(Math.max(1, rows / columns));
}

function orthogonal(direction: Tensor, { nsCoefficients: [a, b, c], nsSteps, eps }: MuonOptions): Tensor {
  const isTall = direction.shape[0] > direction.shape[1];
  const wide: Tensor = isTall ? direction.transpose() : direction;
  let x = scaled(wide, wide.square().sum().sqrt(), eps);
  for (let i = 0; i < nsSteps; i++) {
    const gram: Tensor = x.matmul(x.transpose());
    x = sumOf(x, a, sumOf(gram, b, gram.matmul(gram), c).matmul(x), 1);
  }
  return isTall ? x.transpose() : x;
}
