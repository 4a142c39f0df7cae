import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { module, Module } from '../module';
import { show } from '../module/shape-declaration';
import { isTensor, type Tensor } from '../tensor';
import { checkFloats } from './loss-checks';
import { pairwiseDistance } from './pairwise-distance';
import { checkedTriplet, tripletLoss, type TripletOptions } from './triplet-margin-loss';

export interface TripletMarginWithDistanceLossOptions extends TripletOptions {
  /** The distances of two batches of inputs. Default: the Euclidean distance along the last axis. */
  readonly distanceFunction?: (a: Tensor, b: Tensor) => Tensor;
}

function checked(
  loss: string,
  options: TripletMarginWithDistanceLossOptions,
): Required<TripletMarginWithDistanceLossOptions> {
  checkOptions(loss, options, ['distanceFunction', 'margin', 'swap', 'reduction']);
  const { distanceFunction = (a: Tensor, b: Tensor) => pairwiseDistance(a, b) } = options;
  if (typeof distanceFunction !== 'function')
    throw new ValueError(`${loss}: distanceFunction must be a function of two tensors, not ${show(distanceFunction)}`);
  return { distanceFunction, ...checkedTriplet(loss, options) };
}

/** Refuses what is no tensor where it was made. */
const measured = (distance: (a: Tensor, b: Tensor) => Tensor) => (a: Tensor, b: Tensor) => {
  const found: unknown = distance(a, b);
  if (isTensor(found)) return found;
  throw new ValueError(`tripletMarginWithDistanceLoss: distanceFunction returned ${show(found)}; return a tensor`);
};

/**
 * max(0, margin + d(anchor, positive) - d(anchor, negative)) with a distance d of one's own, which gets float32 tensors and
 * returns one distance for each pair; averaged by default.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.triplet_margin_with_distance_loss.html
 * @throws DTypeError for anything but float32, ValueError for an option out of range
 * @example
 * const distanceFunction = (a: Tensor, b: Tensor) => a.sub(b).abs().max(-1);
 * tripletMarginWithDistanceLoss(tensor([[0, 0]]), tensor([[0, 1]]), tensor([[2, 1.5]]), { distanceFunction }); // 0
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginWithDistanceLossOptions = {},
): Tensor {
  const { distanceFunction, ...others } = checked('tripletMarginWithDistanceLoss', options);
  checkFloats('tripletMarginWithDistanceLoss', { anchor, positive, negative });
  const triplet = [anchor, positive, negative] as const;
  return tripletLoss('tripletMarginWithDistanceLoss', triplet, measured(distanceFunction), others);
}

/** {@link tripletMarginWithDistanceLoss} as a module. */
@module
export class TripletMarginWithDistanceLoss extends Module {
  constructor(readonly options: TripletMarginWithDistanceLossOptions = {}) {
    super();
    checked('TripletMarginWithDistanceLoss', options);
  }
  forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginWithDistanceLoss(anchor, positive, negative, this.options);
  }
}
