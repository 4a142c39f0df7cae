import { div, max, mul, sqrt, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { zeros, type Parameter, type Tensor } from '../tensor';
import { average, averageOfSquares } from './averages';
import { formula } from './formula';
import { directed } from './gradient';
import { FirstOrderOptimizer, type Update } from './first-order-optimizer';
import type { OptimizerOptions, Slots } from './optimizer';
import type { Limits } from './option-limits';

export interface AdafactorOptions extends OptimizerOptions {
  /** The averages at step t keep all but t ** beta2Decay of what they were. Default -0.8. */
  beta2Decay: number;
  /** The least of squares, by default (null) that of float32, 2 ** -23; and the least size of parameters. Default [null, 1e-3]. */
  eps: readonly [number | null, number];
  /** Steps whose elements are larger than this in the root mean square are clipped. Default 1. */
  d: number;
  /** Shrinks the parameter by lr * weightDecay before the step. Default 0. */
  weightDecay: number;
  /** Climbs instead of descending. Default false. */
  maximize: boolean;
}

const defaults: AdafactorOptions = {
  lr: 1e-2,
  beta2Decay: -0.8,
  eps: [null, 1e-3],
  d: 1,
  weightDecay: 0,
  maximize: false,
};

const limits: Limits<AdafactorOptions> = {
  beta2Decay: 'notPositive',
  eps: [{ nullOr: 'notNegative' }, 'notNegative'],
  d: 'atLeastOne',
  weightDecay: 'notNegative',
};

/** The distance of float32 numbers at 1. */
const epsilon = 2 ** -23;

const averaged = formula('adafactor average', average);
const averagedSquare = formula('adafactor average of squares', averageOfSquares);
const scaled = formula('adafactor direction', (g: Expr, v: Expr, least: Expr) => div(g, sqrt(max(v, least))));
const scaledByFactors = formula('adafactor direction', (g: Expr, row: Expr, column: Expr, mean: Expr, eps: Expr, least: Expr) =>
  div(g, sqrt(max(div(mul(row, column), max(mean, eps)), least))),
); // prettier-ignore
const lengthOf = formula('adafactor length', (size: Expr, ofU: Expr, eps: Expr, rho: Expr, d: Expr) =>
  div(mul(max(size, eps), rho), max(div(ofU, d), 1)),
);
const stepped = formula('adafactor', (p: Expr, u: Expr, length: Expr, keep: Expr) => sub(mul(p, keep), mul(u, length)));

const rootMeanSquare = (x: Tensor): Tensor => x.square().mean().sqrt();

/**
 * Adafactor: steps of the gradient over the root of its averaged square, of which a matrix keeps only the averages of rows
 * and columns; their length follows the size of the parameter. Default lr 0.01.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.optim.Adafactor.html, https://arxiv.org/abs/1804.04235
 * @throws ValueError for no parameters, one given twice, a plain tensor, or an option out of range
 * @example const optimizer = new Adafactor(model, { lr: 0.01 });
 */
export class Adafactor extends FirstOrderOptimizer<AdafactorOptions> {
  get name(): string {
    return 'Adafactor';
  }

  protected get defaults(): AdafactorOptions {
    return defaults;
  }

  protected get limits(): Limits<AdafactorOptions> {
    return limits;
  }

  protected override slotShape(slot: string, { shape }: Tensor): readonly number[] {
    const axis = slot === 'row' ? shape.length - 1 : slot === 'column' ? shape.length - 2 : -1;
    return shape.map((size, i) => (i === axis ? 1 : size));
  }

  protected init(parameter: Parameter): Slots {
    const names = parameter.shape.length > 1 ? ['row', 'column'] : ['square'];
    return Object.fromEntries(names.map((name) => [name, zeros(this.slotShape(name, parameter))]));
  }

  protected apply(parameter: Tensor, gradient: Tensor, state: Slots, options: AdafactorOptions, step: number): Update {
    const { lr, beta2Decay, eps, d, weightDecay, maximize } = options;
    const g = directed(gradient, parameter, { maximize });
    const next = squares(g, state, step ** beta2Decay);
    const direction = directionOf(g, next, eps[0] ?? epsilon);
    const rho = Math.min(lr, 1 / Math.sqrt(step));
    const length = lengthOf(rootMeanSquare(parameter), rootMeanSquare(direction), eps[1], rho, d);
    return { value: stepped(parameter, direction, length, 1 - lr * weightDecay), state: next };
  }
}

/** The next averages of squares, which take in the share `fresh` of the gradient's. */
function squares(g: Tensor, { row, column, square }: Slots, fresh: number): Slots {
  if (square !== undefined) return { square: averagedSquare(square, g, 1 - fresh, fresh) };
  const squared = g.square();
  const [rows, columns]: Tensor[] = [squared.mean(-1, true), squared.mean(-2, true)];
  return { row: averaged(row, rows, 1 - fresh, fresh), column: averaged(column, columns, 1 - fresh, fresh) };
}

function directionOf(g: Tensor, { row, column, square }: Slots, eps: number): Tensor {
  if (square !== undefined) return scaled(g, square, eps * eps);
  return scaledByFactors(g, row, column, row.mean(-2, true), eps, eps * eps);
}
