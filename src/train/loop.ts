import { ValueError } from '../core/errors';
import { isTensor } from '../tensor';
import type { Scores } from './history';
import type { Batch, StepResult } from './step';

/** Batches, from memory or as they arrive. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;
/** Told of every batch. */
export type OnBatch = (result: StepResult & { batch: number; size: number; average: Scores }) => void | Promise<void>;

/** One pass over the data, for training and evaluation alike: averages over samples, not over batches. */
export async function loop(
  batches: Batches,
  step: (batch: Batch) => Promise<StepResult>,
  onBatch?: OnBatch,
): Promise<Scores> {
  const average = new Average();
  let batch = 0;
  for await (const item of batches) {
    const size = checkedSize(item);
    const result = await step(item);
    average.add(result, size);
    await onBatch?.({ ...result, batch: ++batch, size, average: average.scores() });
  }
  if (batch === 0)
    throw new ValueError(
      'the data gave no batch; give data, and something that can be iterated again for every epoch, such as a DataLoader',
    );
  return average.scores();
}

class Average {
  private samples = 0;
  private loss = 0;
  private readonly metrics: Record<string, number> = {};

  add({ loss, metrics }: StepResult, size: number): void {
    this.samples += size;
    this.loss += loss * size;
    for (const [name, value] of Object.entries(metrics)) this.metrics[name] = (this.metrics[name] ?? 0) + value * size;
  }
  scores(): Scores {
    const metrics = Object.entries(this.metrics).map(([name, sum]) => [name, sum / this.samples]);
    return { loss: this.loss / this.samples, metrics: Object.fromEntries(metrics) as Record<string, number> };
  }
}

function checkedSize(batch: Batch): number {
  if (!Array.isArray(batch) || batch.length !== 2)
    throw new ValueError('a batch must be [input, target]; map your data to such pairs');
  const [input, target] = batch as unknown as Batch;
  const sized = isTensor(target) && target.shape.length > 0 ? target : input;
  return isTensor(sized) ? (sized.shape[0] ?? 1) : 1;
}
