import { add, mul, neg } from '../expr/build';
import type { Expr } from '../expr/expr';
import type { Tensor } from '../tensor';
import { formula } from './formula';

/** Options that change the gradient before an update uses it. */
export interface GradientOptions {
  readonly weightDecay?: number;
  readonly maximize: boolean;
}

const turned = formula('maximize', (g: Expr) => neg(g));
const decayed = formula('weight decay', (g: Expr, p: Expr, decay: Expr) => add(g, mul(p, decay)));
const scaled = formula('decoupled weight decay', (p: Expr, factor: Expr) => mul(p, factor));

/** The direction that an update descends along: the gradient turned round to maximise, with weight decay added to it. */
export function directed(gradient: Tensor, parameter: Tensor, { maximize, weightDecay = 0 }: GradientOptions): Tensor {
  const g = maximize ? turned(gradient) : gradient;
  return weightDecay === 0 ? g : decayed(g, parameter, weightDecay);
}

/** Decoupled weight decay: the parameter made smaller by the share lr * weightDecay. */
export function shrunk(parameter: Tensor, lr: number, weightDecay: number): Tensor {
  return weightDecay === 0 ? parameter : scaled(parameter, 1 - lr * weightDecay);
}

/** Parameter and direction of an update whose weight decay is decoupled or not, by an option. */
export function decayedEitherWay(
  parameter: Tensor,
  gradient: Tensor,
  options: { lr: number; weightDecay: number; decoupledWeightDecay: boolean; maximize: boolean },
): [parameter: Tensor, direction: Tensor] {
  const { lr, weightDecay, maximize } = options;
  if (!options.decoupledWeightDecay) return [parameter, directed(gradient, parameter, options)];
  return [shrunk(parameter, lr, weightDecay), directed(gradient, parameter, { maximize })];
}
