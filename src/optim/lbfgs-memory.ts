import { add, mul, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { Buffer, evaluateSync, type Parameter, type Tensor } from '../tensor';
import { formula } from './formula';
import type { ParameterState } from './optimizer';
import { joined, pieces } from './parameter-vector';

/** A step and how the gradient changed with it; ro is 1 over their product. */
interface Pair {
  readonly step: Tensor;
  readonly change: Tensor;
  readonly ro: number;
}

/** What L-BFGS knows from iterations before. Vectors have the elements of all parameters. */
export interface LBFGSMemory {
  iterations: number;
  evaluations: number;
  /** The last step is length times direction. */
  length: number;
  direction: Tensor | null;
  /** Where the last step began. */
  gradient: Tensor | null;
  /** Of the inverse Hessian that the approximation begins with. */
  scale: number;
  pairs: readonly Pair[];
}

export const noMemory: LBFGSMemory = {
  iterations: 0,
  evaluations: 0,
  length: 0,
  direction: null,
  gradient: null,
  scale: 1,
  pairs: [],
};

/** Computes vectors that outlive the versions of the parameters that they came from. */
export function computed<T extends Tensor[]>(...vectors: T): T {
  vectors.forEach((x) => x.keep());
  evaluateSync(vectors);
  return vectors;
}

export const dot = (a: Tensor, b: Tensor): Tensor => a.mul(b).sum();

const backwards = formula('lbfgs backward', (q: Expr, change: Expr, product: Expr, ro: Expr) =>
  sub(q, mul(change, mul(product, ro))),
);
const forwards = formula('lbfgs forward', (r: Expr, step: Expr, before: Expr, product: Expr, ro: Expr) =>
  add(r, mul(step, sub(mul(before, ro), mul(product, ro)))),
);

/** Takes in the last step, now that the gradient at its end is known. */
export async function remember(memory: LBFGSMemory, gradient: Tensor, historySize: number): Promise<void> {
  const [change, step] = computed(gradient.sub(memory.gradient!), memory.direction!.mul(memory.length));
  const products = computed(dot(change, step), dot(change, change));
  const [curvature, square] = await Promise.all(products.map((x) => x.item()));
  if (!(curvature > 1e-10)) return;
  memory.pairs = [...memory.pairs, { step, change, ro: 1 / curvature }].slice(-historySize);
  memory.scale = curvature / square;
}

/**
 * The approximate inverse Hessian times the negative gradient, by the two loops over the pairs. Each round is computed by
 * itself: so all are one plan, however many pairs there are.
 */
export function directionFrom({ pairs, scale }: LBFGSMemory, gradient: Tensor): Tensor {
  const products: Tensor[] = [];
  let [q]: Tensor[] = computed(gradient.neg());
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { step, change, ro } = pairs[i];
    products[i] = dot(step, q);
    [q] = computed(backwards(q, change, products[i], ro), products[i]);
  }
  let [r]: Tensor[] = computed(q.mul(scale));
  pairs.forEach(({ step, change, ro }, i) => {
    [r] = computed(forwards(r, step, products[i], dot(change, r), ro));
  });
  return r;
}

/** The memory by parameter: the pieces of each vector, and the numbers with each of them. */
export function dividedMemory(memory: LBFGSMemory, parameters: readonly Parameter[]): ParameterState[] {
  const { iterations, evaluations, length, scale, direction, gradient, pairs } = memory;
  const numbers: Record<string, number> = { iterations, evaluations, length, scale, pairs: pairs.length };
  const vectors: Record<string, Tensor | null> = { direction, gradient };
  pairs.forEach(({ step, change, ro }, i) => {
    Object.assign(vectors, { [`step.${i}`]: step, [`change.${i}`]: change });
    numbers[`ro.${i}`] = ro;
  });
  const states = parameters.map(() => ({ step: iterations, slots: {} as Record<string, Buffer>, numbers }));
  for (const [name, vector] of Object.entries(vectors))
    if (vector) pieces(vector, parameters).forEach((piece, i) => (states[i].slots[name] = new Buffer(piece)));
  return states;
}

/** What {@link dividedMemory} divided. */
export function joinedMemory(states: readonly ParameterState[]): LBFGSMemory {
  const { iterations, evaluations, length, scale, pairs, ...ro } = states[0].numbers;
  const vector = (name: string): Tensor => computed(joined(states.map(({ slots }) => slots[name])))[0];
  const optional = (name: string) => (name in states[0].slots ? vector(name) : null);
  const pair = (i: number): Pair => ({ step: vector(`step.${i}`), change: vector(`change.${i}`), ro: ro[`ro.${i}`] });
  const list = Array.from({ length: pairs }, (_, i) => pair(i));
  const [direction, gradient] = [optional('direction'), optional('gradient')];
  return { iterations, evaluations, length, scale, direction, gradient, pairs: list };
}
