import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';
import { isTensor } from '../tensor';
import { firstSize } from './nested-tensors';
import type { Scores } from './history';
import type { Batch, StepResult } from './step';

/** Batches, from memory or as they arrive. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;
/** Told of every batch. */
export type OnBatch = (result: StepResult & { batch: number; size: number; average: Scores }) => void | Promise<void>;

/** One pass over the data, for training and evaluation alike: averages over samples, not over batches. */
export async function loop(
  where: string,
  batches: Batches,
  step: (batch: Batch, number: number) => Promise<StepResult>,
  onBatch?: OnBatch,
): Promise<Scores> {
  const average = new Average();
  const breathe = breather();
  let number = 0;
  for await (const batch of batches) {
    const size = checkedSize(`${where}: batch ${++number}`, batch);
    const result = await step(batch, number);
    average.add(result, size);
    const { loss, metrics } = result; // spread out by hand: V8 makes a hidden class of every { ...result, batch }
    await onBatch?.({ loss, metrics, batch: number, size, average: average.scores() });
    await breathe();
  }
  if (number === 0)
    throw new ValueError(
      `${where}: the data gave no batch; give data, and something that can be iterated again for every epoch, such as a ` +
        'DataLoader or a list, not a generator',
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

/** Steps on the CPU never wait: without a turn for them now and then, timers, servers and pages would stand still. */
function breather(milliseconds = 100): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < milliseconds) return undefined;
    return new Promise((resolve) => setTimeout(resolve)).then(() => void (last = performance.now()));
  };
}

/** How many samples it has. @throws ValueError for what is no pair of input and target */
export function checkedSize(where: string, batch: unknown): number {
  if (!Array.isArray(batch) || batch.length !== 2)
    throw new ValueError(`${where} is ${describe(batch)}; a batch is [input, target]: map your data to such pairs`);
  const [input, target] = batch as [unknown, unknown];
  for (const [name, value] of Object.entries({ input, target }))
    if (isNumbers(value))
      throw new ValueError(`${where}: its ${name} is a plain list; make it a tensor, such as tensor([[1, 2], [3, 4]])`);
  return firstSize(target) ?? firstSize(input) ?? 1;
}

function describe(batch: unknown): string {
  if (isTensor(batch)) return 'one tensor';
  return Array.isArray(batch) ? `a list of ${batch.length}` : show(batch);
}

function isNumbers(value: unknown): boolean {
  let first = value;
  while (Array.isArray(first)) first = first[0] as unknown;
  return value !== first && typeof first === 'number';
}
