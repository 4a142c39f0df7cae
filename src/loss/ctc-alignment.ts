import { add, eq, exp, log, lt, max, mul, neg, select, sub } from '../expr/build';
import type { Expr } from '../expr/expr';
import { onDevice } from '../graph/recorder';
import { concatenate, full, stack, tensor, type Tensor } from '../tensor';
import { pointwise } from './pointwise';

export interface Alignment {
  readonly inputs: readonly number[];
  readonly lengths: readonly number[];
  readonly blank: number;
  readonly zeroInfinity: boolean;
}

const shareOf = (a: Expr, total: Expr) => select(eq(total, -Infinity), 0, exp(sub(a, total)));
/** log(sum(exp)) where all may be -Infinity. */
function logOfSum(...terms: Expr[]): Expr {
  const top = terms.reduce((a, b) => max(a, b));
  const finite = select(eq(top, -Infinity), 0, top);
  return add(finite, log(terms.map((a) => exp(sub(a, finite))).reduce((a, b) => add(a, b))));
}

/** The log-probability of all ways to a state: from itself, the one before, and that before a blank where `skips`. */
const reached = pointwise(
  'ctcLoss ways',
  (stay: Expr, one: Expr, two: Expr, skips: Expr) => logOfSum(stay, one, select(eq(skips, 1), two, -Infinity)),
  (g, y, stay, one, two, skips) => {
    const share = (a: Expr) => mul(g, shareOf(a, y));
    return [share(stay), share(one), select(eq(skips, 1), share(two), 0), null];
  },
);

/** One step on; a sequence that has ended keeps what it had. */
const advanced = pointwise('ctcLoss step', (ways: Expr, emitted: Expr, stay: Expr, length: Expr, step: Expr) =>
  select(lt(step, length), add(ways, emitted), stay),
);

/** Minus the log-probability of the two states that a target may end in; an empty one has only the blank. */
const ended = pointwise(
  'ctcLoss end',
  (last: Expr, before: Expr, hasLabels: Expr) => neg(logOfSum(last, select(eq(hasLabels, 1), before, -Infinity))),
  (g, y, last, before, hasLabels) => {
    const share = (a: Expr) => neg(mul(g, shareOf(a, neg(y))));
    return [share(last), select(eq(hasLabels, 1), share(before), 0), null];
  },
);

/**
 * The loss itself, whose gradient by a probability's logarithm is that probability more: PyTorch's gradient is the one by
 * the logits. Where the loss is infinite it is `undefined`: NaN, or 0 where that is asked for.
 */
const byLogits = pointwise(
  'ctcLoss',
  (loss: Expr, _mass: Expr, _undefined: Expr) => loss,
  (g, _, loss, _mass, undefinedSlope) => [g, select(eq(loss, Infinity), mul(g, undefinedSlope), g), null],
);

/** The losses [N] of log-probabilities [T, N, C] and labels [N, longest], by the forward algorithm. */
export function alignmentLoss(logProbabilities: Tensor, labels: Tensor, alignment: Alignment): Tensor {
  const { inputs, lengths, blank, zeroInfinity } = alignment;
  return onDevice(logProbabilities.device, () => {
    const [steps, batch] = logProbabilities.shape;
    const column = tensor(Float32Array.from(inputs), { shape: [batch, 1] });
    const losses = lossAtEnd(lastStates(logProbabilities, withBlanks(labels, blank), column), lengths);
    const runs = tensor(
      Float32Array.from({ length: steps }, (_, t) => t),
      { shape: [steps, 1, 1] },
    ).lt(column);
    const mass = logProbabilities.exp().where(runs, 0).sum([0, 2]);
    const settled = byLogits(losses, mass, zeroInfinity ? 0 : NaN);
    return zeroInfinity ? settled.where(losses.ne(Infinity), 0) : settled;
  });
}

/** A blank before, between and after the labels: [N, 2 longest + 1]. */
function withBlanks(labels: Tensor, blank: number): Tensor {
  const [batch, longest] = labels.shape;
  const end: Tensor = full([batch, 1], blank, { dtype: 'int32' });
  if (longest === 0) return end;
  const pairs = stack([full([batch, longest], blank, { dtype: 'int32' }), labels], 2).reshape([batch, 2 * longest]);
  return concatenate([pairs, end], 1);
}

/** The log-probability of every state after the last step of each sequence. */
function lastStates(logProbabilities: Tensor, states: Tensor, lengths: Tensor): Tensor {
  const [steps, batch] = logProbabilities.shape;
  const count = states.shape[1];
  const emitted = logProbabilities.gather(2, states.unsqueeze(0).expand([steps, batch, count]));
  const skips = states.ne(states.pad([2, 0], -1).slice(1, 0, count));
  // before the first step there is one state, from which the first blank and the first label can be reached
  let ways: Tensor = full([batch, 1], 0).pad([0, count - 1], -Infinity);
  for (let t = 0; t < steps; t++) {
    const padded = ways.pad([2, 0], -Infinity);
    const [one, two] = [1, 0].map((start) => padded.slice(1, start, start + count));
    ways = advanced(reached(ways, one, two, skips), emitted.select(0, t), ways, lengths, t);
  }
  return ways;
}

function lossAtEnd(ways: Tensor, lengths: readonly number[]): Tensor {
  const at = (places: number[]) =>
    ways.gather(1, tensor(Int32Array.from(places), { shape: [places.length, 1] })).squeeze(1);
  const last = at(lengths.map((length) => 2 * length));
  const before = at(lengths.map((length) => Math.max(0, 2 * length - 1)));
  return ended(
    last,
    before,
    tensor(
      Uint8Array.from(lengths, (length) => Number(length > 0)),
      { dtype: 'bool' },
    ),
  );
}
