import type * as nodeFs from 'node:fs';
import { ValueError } from '../../core/errors';
import { checkOptions } from '../../core/options';
import type { Tensor } from '../../tensor';
import { checkIndex, type Dataset } from '../dataset';
import { imageDecoder, type ImageDecoder, type ImageOptions } from './decode-image';
import { checkPath, files } from './files';

const read = /\.(png|jpe?g)$/i;
const unreadable = /\.(bmp|gif|ppm|pgm|tiff?|webp)$/i;

/** A file, and the place of its class among the classes. */
export type ImageFile = readonly [file: string, label: number];

/**
 * PNG and JPEG images in folders that are named after their classes: `root/cat/1.png`, `root/dog/a/2.jpg`. Classes are sorted
 * by name, the images of a class by path. A sample is an image, float32 [channels, height, width] from 0 to 1, and the place
 * of its class; images are read when they are asked for.
 *
 * Source: torchvision.datasets.ImageFolder with ToTensor
 * @example
 * const folder = await ImageFolder.open('pets', { channels: 3 });
 * console.log(folder.classes); // ['cat', 'dog']
 * const cropped = new MapDataset(folder, ([image, label], draw) => [crop(image, draw), label]);
 */
export class ImageFolder implements Dataset<[image: Tensor, label: number]> {
  private constructor(
    readonly classes: readonly string[],
    readonly samples: readonly ImageFile[],
    private readonly decode: ImageDecoder,
    private readonly fs: typeof nodeFs,
  ) {}

  /**
   * Lists the images, and loads what decodes them.
   * @throws ValueError where there is no such folder, no class in it, a class without images or with images of other kinds,
   *   or options are out of range; DeviceError where there are no files
   */
  static async open(root: string, options: ImageOptions = {}): Promise<ImageFolder> {
    const where = 'ImageFolder.open';
    checkOptions(where, options, ['channels']);
    const fs = files(where, 'decodeImage takes bytes');
    checkPath(where, root, fs);
    const decode = await imageDecoder(where, options.channels);
    const classes = fs.readdirSync(root, { withFileTypes: true }).filter((entry) => isFolder(fs, root, entry)).map(({ name }) => name).sort(); // prettier-ignore
    if (classes.length === 0)
      throw new ValueError(`${where}: there is no folder in ${root}; images stand in one folder for each class`);
    const samples = classes.flatMap((name, label) =>
      imagesOf(fs, `${root}/${name}`).map((file) => [file, label] as const),
    );
    return new ImageFolder(classes, samples, decode, fs);
  }

  get length(): number {
    return this.samples.length;
  }
  /** The class of each sample: what a StratifiedSampler takes. */
  get targets(): readonly number[] {
    return this.samples.map(([, label]) => label);
  }
  /** @throws ValueError naming the file, where it is no image, damaged, or gone */
  get(index: number): [Tensor, number] {
    checkIndex('ImageFolder', index, this.length);
    const [file, label] = this.samples[index];
    checkPath('ImageFolder', file, this.fs);
    return [this.decode(this.fs.readFileSync(file), `ImageFolder: ${file}`), label];
  }
}

/** A folder, or a link to one. */
function isFolder(fs: typeof nodeFs, parent: string, entry: nodeFs.Dirent): boolean {
  return entry.isDirectory() || (entry.isSymbolicLink() && fs.statSync(`${parent}/${entry.name}`).isDirectory());
}

function imagesOf(fs: typeof nodeFs, folder: string): string[] {
  const all = foldersUnder(fs, folder).sort().flatMap((inside) => fs.readdirSync(inside).sort().map((name) => `${inside}/${name}`)); // prettier-ignore
  const other = all.find((file) => unreadable.test(file));
  if (other !== undefined)
    throw new ValueError(`ImageFolder.open: ${other} is of a kind that is not read; make it a PNG or JPEG`);
  const images = all.filter((file) => read.test(file));
  if (images.length > 0) return images;
  throw new ValueError(`ImageFolder.open: there is no image in ${folder}; known are .png, .jpg and .jpeg`);
}

function foldersUnder(fs: typeof nodeFs, folder: string): string[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => isFolder(fs, folder, entry));
  return [folder, ...entries.flatMap(({ name }) => foldersUnder(fs, `${folder}/${name}`))];
}
