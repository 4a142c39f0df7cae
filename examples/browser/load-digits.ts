import { idxTensor, type Tensor } from 'decograd';

/** Images [N, 784] from 0 to 1 and labels [N]. */
export type Digits = readonly [images: Tensor, labels: Tensor];

/** One half of MNIST, from the server that the page came from. */
export async function loadDigits(split: 'train' | 't10k'): Promise<Digits> {
  const images = idxTensor(await bytesOf(`mnist/${split}-images-idx3-ubyte`), { scale: 255 });
  return [images.flatten(1), idxTensor(await bytesOf(`mnist/${split}-labels-idx1-ubyte`))];
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: the server says ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
