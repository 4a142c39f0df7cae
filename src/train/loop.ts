import { ValueError } from '../core/errors';
import { Average } from './average';
import { breathe } from './breathe';
import { checkedSize } from './batch-size';
import type { Scores } from './history';
import { batchCount } from './source';
import type { Batch, StepResult } from './step';

/** Batches, from memory or as they arrive. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;
/** Told of every batch. */
export type OnBatch = (result: StepResult & { batch: number; size: number; average: Scores }) => void | Promise<void>;

/** One pass over data. */
export interface Pass {
  /** What errors say first. */
  readonly where: string;
  readonly batches: Batches;
  readonly step: (batch: Batch, number: number) => Promise<StepResult>;
  readonly onBatch?: OnBatch;
  /** Whether the pass ends with this batch, whatever the data still has. */
  readonly isOver?: (number: number) => boolean;
  /** How many samples a batch has. Default: those of a pair of input and target, and nothing else will do. */
  readonly sizeOf?: (where: string, batch: unknown) => number;
  /** What batches that came before gave, and how many they were, where the pass goes on with the rest. */
  readonly average?: Average;
  readonly done?: number;
}

const never = () => false;

/** One pass over the data, for training and evaluation alike: averages over samples, not over batches. */
export async function loop(pass: Pass): Promise<Scores> {
  const {
    where,
    batches,
    step,
    onBatch,
    isOver = never,
    sizeOf = checkedSize,
    average = new Average(),
    done = 0,
  } = pass;
  const announced = batchCount(batches);
  let number = done;
  if (done > 0 && isOver(done)) return average.scores();
  for await (const batch of batches) {
    const size = sizeOf(`${where}: batch ${++number}`, batch);
    const result = await step(batch, number);
    average.add(result, size);
    const { loss, metrics } = result; // spread out by hand: V8 makes a hidden class of every { ...result, batch }
    const told = onBatch?.({ loss, metrics, batch: number, size, average: average.scores() });
    if (told) await told; // awaiting what is at hand takes a turn of the microtasks all the same
    const isDone = isOver(number); // before the turn: Ctrl-C in it is for the next step, which callbacks hear of as the last
    const turn = breathe();
    if (turn) await turn;
    if (isDone) return average.scores();
  }
  checkCount(where, number, announced);
  return average.scores();
}

function checkCount(where: string, number: number, announced = number): void {
  if (number === 0)
    throw new ValueError(
      `${where}: the data gave no batch; give data, and something that can be iterated again for every epoch, such as a ` +
        'DataLoader or a list, not a generator',
    );
  if (number < announced)
    throw new ValueError(
      `${where}: the data announced ${announced} batches by its length and gave ${number}; it must not shrink in a run`,
    );
}
