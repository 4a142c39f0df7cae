import { ShapeError } from '../../core/errors';
import { showShape } from '../../core/shape';
import { onDevice } from '../../graph/recorder';
import { countOf } from '../../module/option-checks';
import { arange, type Tensor } from '../../tensor';
import { checkClasses, classAxis } from './class-predictions';
import { streamingMetric, type StreamingMetric } from './metric';

/**
 * The share of samples whose label is among the k largest of their outputs [N, C, ...], labels being int32 [N, ...]. Of
 * equal outputs the later class counts as larger.
 *
 * Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.top_k_accuracy_score.html
 * @throws ValueError for a k below 1; ShapeError where output and target do not fit, IndexError for a label that is no class
 * @example new Trainer(model, { optimizer, loss: crossEntropyLoss, metrics: { top5: topK(5) } });
 */
export function topK(k: number): StreamingMetric<number> {
  countOf('topK', 'k', k);
  return streamingMetric('topK', {
    empty: () => ({ right: 0, all: 0 }),
    record: ranksOf,
    add(state, [ranks, labels], { classes }) {
      checkClasses('topK', labels, classes);
      for (let i = 0; i < ranks.length; i++) state.right += Number(ranks[i] < k);
      state.all += ranks.length;
    },
    result: ({ right, all }) => right / all,
  });
}

/** How many classes come before the label of each sample. */
function ranksOf(output: Tensor, target: Tensor): { tensors: Tensor[]; classes: number } {
  const axis = classAxis('topK', output, target);
  if (axis === null) throw new ShapeError(`topK: needs outputs [N, C], got ${showShape(output.shape)}`);
  const labels = target.int().unsqueeze(axis);
  const classes = output.shape[axis];
  const numbers = onDevice(output.device, () =>
    arange(classes).reshape([-1, ...output.shape.slice(axis + 1).map(() => 1)]),
  );
  const clipped = labels.clamp(0, classes - 1); // what is no class is refused once it is read
  const own = output.gather(axis, clipped);
  const before: Tensor = output.gt(own).logicalOr(output.eq(own).logicalAnd(numbers.gt(clipped)));
  return { tensors: [before.sum(axis), target], classes };
}
