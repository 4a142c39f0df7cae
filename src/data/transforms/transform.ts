import { ShapeError, ValueError } from '../../core/errors';
import { showShape } from '../../core/shape';
import { show } from '../../module/shape-declaration';
import type { Tensor } from '../../tensor';
import { globalNumbers } from '../random-numbers';

/** Where a transform's random numbers come from: the draw that a `MapDataset` gives with each sample. */
export interface RandomSource {
  readonly random: () => number;
}

/** From a sample, or a part of one, to another. Without a draw, what is random comes from the global random stream. */
export type Transform<A = Tensor, B = A> = (sample: A, draw?: RandomSource) => B;

/** The numbers for one call of a transform. */
export const numbersFor = (draw: RandomSource | undefined): (() => number) => draw?.random ?? globalNumbers();

/** A whole number from `low` to `high`, both included. */
export const between = (random: () => number, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

/**
 * One transform after the other, all drawing from the same numbers.
 *
 * Source: torchvision.transforms.Compose
 * @throws ValueError for what is no function
 * @example
 * const augment = compose(randomCrop(28, { padding: 2 }), randomHorizontalFlip(), normalize([0.13], [0.31]));
 * new MapDataset(dataset, ([image, label], draw) => [augment(image, draw), label]);
 */
export function compose<A = Tensor>(...transforms: Transform<A>[]): Transform<A> {
  const other = transforms.findIndex((transform) => typeof transform !== 'function');
  if (other >= 0)
    throw new ValueError(`compose: transforms are functions of (sample, draw); ${other} is ${show(transforms[other])}`);
  return (sample, draw) => {
    const source = draw ?? { random: globalNumbers() };
    return transforms.reduce((value, transform) => transform(value, source), sample);
  };
}

/** Height and width of an image, [..., height, width]. @throws ShapeError for a tensor of fewer than two axes */
export function sizeOf(where: string, { shape }: Tensor): readonly [height: number, width: number] {
  if (shape.length >= 2) return [shape.at(-2)!, shape.at(-1)!];
  throw new ShapeError(`${where}: an image has shape [..., height, width], not ${showShape(shape)}`);
}
