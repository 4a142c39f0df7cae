import { ValueError } from '../../core/errors';
import { show } from '../../module/shape-declaration';
import { isTensor, noGrad, randomState, setRandomState, type Tensor } from '../../tensor';
import { errorFrom, type Run } from '../events';
import { inMode } from '../mode';
import type { SummaryValue } from './event-file';
import { layoutOf, pngEncoder, type PngEncoder } from './png-image';

/** One image, or a batch of them; or what gives it when an epoch ends. */
export type ImageSource = Tensor | ((run: Run) => Tensor);
export type ImageSources = Readonly<Record<string, ImageSource>>;

const placeOf = (tag: string): string => `images['${tag}']`;

/** @throws ValueError, ShapeError for what cannot be an image; what functions give is seen later */
export function checkImages(asker: string, images: ImageSources): ImageSources {
  if (typeof images !== 'object' || images === null || Array.isArray(images) || isTensor(images))
    throw new ValueError(`${asker}: images are tensors, or functions that give them, by their tags, such as { inputs: x }; not ${show(images)}`); // prettier-ignore
  for (const [tag, source] of Object.entries(images))
    if (typeof source !== 'function') checkImage(`${asker}: ${placeOf(tag)}`, source);
  return images;
}

function checkImage(where: string, image: unknown): Tensor {
  if (!isTensor(image)) throw new ValueError(`${where}: an image is a tensor, or a function that gives one; not ${show(image)}`); // prettier-ignore
  layoutOf(where, image);
  return image;
}

/** All images as they are now. The functions find the model in eval mode, and what they draw the run does not miss. */
export async function imagesOf(run: Run, images: ImageSources): Promise<SummaryValue[]> {
  const [encode, random] = [await pngEncoder(), randomState()];
  try {
    return await inMode(run.model, false, async () => {
      const values: SummaryValue[] = [];
      for (const [tag, source] of Object.entries(images)) values.push([tag, await imageOf(run, tag, source, encode)]);
      return values;
    });
  } finally {
    setRandomState(random);
  }
}

async function imageOf(run: Run, tag: string, source: ImageSource, encode: PngEncoder) {
  const where = placeOf(tag);
  try {
    const image = typeof source === 'function' ? noGrad(() => source(run)) : source;
    return await encode(where, checkImage(where, image));
  } catch (error) {
    throw errorFrom(where, error);
  }
}
