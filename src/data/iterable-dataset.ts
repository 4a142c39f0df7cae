import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';
import { firstEpoch, type EpochDraw } from './dataset';
import { checkMap, sampleDraw, type SampleDraw } from './sample-draw';

/** Samples one after the other, at hand or as they arrive. */
export type Samples<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Samples that come one after the other, and can be asked for again: the function starts them anew for every epoch. It may
 * be a generator, asynchronous too.
 *
 * Source: torch.utils.data.IterableDataset
 * @throws ValueError for what is no function, or a function that returns nothing to iterate
 * @example
 * const squares = new IterableDataset(function* () { for (let i = 0; i < 10; i++) yield i * i; });
 * for await (const batch of new DataLoader(squares, { batchSize: 4 })) console.log(batch);
 */
export class IterableDataset<T = unknown> implements AsyncIterable<T> {
  readonly #start: (draw: EpochDraw) => Samples<T>;

  constructor(start: (draw: EpochDraw) => Samples<T>) {
    if (typeof start !== 'function')
      throw new ValueError(
        `IterableDataset: give a function that starts the samples of an epoch, such as a generator function, not ${show(start)}`,
      );
    this.#start = start;
  }

  /** The samples of one epoch. */
  iterate(draw: EpochDraw = firstEpoch): Samples<T> {
    const samples: unknown = this.#start(draw);
    if (
      typeof samples === 'object' &&
      samples !== null &&
      (Symbol.iterator in samples || Symbol.asyncIterator in samples)
    )
      return samples as Samples<T>;
    throw new ValueError(`IterableDataset: the function returned ${show(samples)}, which cannot be iterated`);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield* this.iterate();
  }

  /** Each sample passed through a function, which may draw numbers that seed, epoch and position decide. */
  map<U>(map: (sample: T, draw: SampleDraw) => U): IterableDataset<U> {
    checkMap('IterableDataset.map', map);
    return new IterableDataset((draw) => {
      const samples = this.iterate({ epoch: draw.epoch, key: [...draw.key, 1] });
      return isAsync(samples) ? mappedLater(samples, map, draw) : mapped(samples, map, draw);
    });
  }
}

export function isAsync<T>(samples: Samples<T>): samples is AsyncIterable<T> {
  return Symbol.asyncIterator in samples;
}

type Map<T, U> = (sample: T, draw: SampleDraw) => U;

function* mapped<T, U>(samples: Iterable<T>, map: Map<T, U>, draw: EpochDraw): Generator<U> {
  let index = 0;
  for (const sample of samples) yield map(sample, sampleDraw(index++, draw, 0));
}

async function* mappedLater<T, U>(samples: AsyncIterable<T>, map: Map<T, U>, draw: EpochDraw): AsyncGenerator<U> {
  let index = 0;
  for await (const sample of samples) yield map(sample, sampleDraw(index++, draw, 0));
}
