import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DecogradError,
  GradientError,
  mseLoss,
  ones,
  randn,
  ShapeError,
  tensor,
  tensorBoard,
  Trainer,
  ValueError,
  zeros,
  type DType,
  type ImageSource,
  type Run,
  type Tensor,
  type TensorBoardOptions,
} from 'decograd';
import { pngEncoder } from '../../../src/train/callbacks/png-image';
import { problem, timeless, weights } from '../problem';
import { decoded, eventReader, imagesIn, python, ResumedFolders } from './event-records';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

const quiet = { progress: false } as const;
const within = temporaryFolder();
const readEvents = eventReader();
const { images: cases } = JSON.parse(readFileSync('test/fixtures/event-files.json', 'utf8')) as {
  images: {
    name: string;
    shape: number[];
    dtype: DType;
    values: number[];
    wanted: { mode: string; width: number; height: number; base64: string };
  }[];
};

const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, 'base64');

/** What a viewer sees: mode, size and pixels. */
async function shown(image: Tensor) {
  const { png, ...told } = await (await pngEncoder())('image', image);
  const { mode, width, height, base64 } = decoded(bytesOf(png));
  expect({ width, height }).toEqual({ width: told.width, height: told.height });
  return { mode, width, height, pixels: [...bytesOf(base64)] };
}

describe('an image', () => {
  it.each(cases)("$name: PyTorch's pixels", async ({ shape, dtype, values, wanted: { base64, ...wanted } }) => {
    const { pixels, mode, ...size } = await shown(tensor(values as never, { shape, dtype: dtype as 'float32' }));
    // PyTorch writes grey as three equal colours
    const colours = mode === 'L' ? pixels.flatMap((level) => [level, level, level]) : pixels;
    expect({ mode: mode === 'L' ? 'RGB' : mode, ...size }).toEqual(wanted);
    expect(colours).toEqual([...bytesOf(base64)]);
  });

  it('has every value at its place, in rows of eight', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.constantFrom(1, 3, 4), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), async (n, c, h, w) => {
        const values = Array.from({ length: n * c * h * w }, (_, i) => (i * 7) % 256);
        const { pixels, ...size } = await shown(tensor(values, { shape: [n, c, h, w], dtype: 'int32' }));
        expect([size.width, size.height]).toEqual([Math.min(n, 8) * w, Math.ceil(n / 8) * h]);
        const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
        expect(sum(pixels)).toBe(sum(values)); // elsewhere it is black
        values.forEach((value, i) => {
          const [column, row, channel, image] = [i % w, Math.floor(i / w) % h, Math.floor(i / w / h) % c, Math.floor(i / w / h / c)];
          const [y, x] = [Math.floor(image / 8) * h + row, (image % 8) * w + column];
          expect(pixels[(y * size.width + x) * c + channel]).toBe(value);
        });
      }),
      { numRuns: 30 },
    )); // prettier-ignore

  it('clamps what is out of range; NaN is black', async () => {
    const floats = tensor([[-0.001, 1.001, -Infinity, Infinity, NaN, 0.9999]]);
    expect((await shown(floats)).pixels).toEqual([0, 255, 0, 255, 0, 254]);
    const integers = tensor([[-1, 256, -(2 ** 31), 2 ** 31 - 1, 255, 0]], { dtype: 'int32' });
    expect((await shown(integers)).pixels).toEqual([0, 255, 0, 255, 255, 0]);
  });

  it('is read as it lies, views too', async () => {
    const x = tensor([0, 1, 2, 3, 4, 5], { shape: [2, 3], dtype: 'int32' });
    expect(await shown(x.transpose())).toEqual({ mode: 'L', width: 2, height: 3, pixels: [0, 3, 1, 4, 2, 5] });
  });
});

const refused = '[H, W], [C, H, W] or [N, C, H, W], with 1, 3 or 4 channels C before height and width, none of them empty; not'; // prettier-ignore
const wrong: [what: string, make: () => unknown, error: typeof DecogradError, message: string][] = [
  ['nothing', () => undefined, ValueError, 'an image is a tensor, or a function that gives one; not undefined'],
  ['numbers', () => [[1]], ValueError, 'an image is a tensor, or a function that gives one; not a list of 1'],
  ['a number', () => tensor(1), ShapeError, `an image is ${refused} []`],
  ['a list', () => zeros([4]), ShapeError, `an image is ${refused} [4]`],
  ['two channels', () => zeros([2, 4, 4]), ShapeError, `an image is ${refused} [2, 4, 4]`],
  ['channels last', () => zeros([5, 4, 3]), ShapeError, `an image is ${refused} [5, 4, 3]`],
  ['five axes', () => zeros([1, 1, 3, 4, 4]), ShapeError, `an image is ${refused} [1, 1, 3, 4, 4]`],
  ['no images', () => zeros([0, 3, 4, 4]), ShapeError, `an image is ${refused} [0, 3, 4, 4]`],
  ['no width', () => zeros([4, 0]), ShapeError, `an image is ${refused} [4, 0]`],
];

describe('tensorBoard refuses', () => {
  it.each([
    [{ image: {} }, "tensorBoard: there is no option 'image'; did you mean 'images'?"],
    [{ imageEvery: 2 }, "tensorBoard: there is no option 'imageEvery'; did you mean 'imagesEvery'?"],
    [{ imagesEvery: 0 }, 'tensorBoard: imagesEvery must be a whole number of at least 1, not 0'],
    [{ images: true }, 'tensorBoard: images are tensors, or functions that give them, by their tags, such as { inputs: x }; not true'], // prettier-ignore
    [{ images: [] }, 'tensorBoard: images are tensors, or functions that give them, by their tags, such as { inputs: x }; not []'], // prettier-ignore
    [{ images: zeros([2, 2]) }, 'tensorBoard: images are tensors, or functions that give them, by their tags, such as { inputs: x }; not an instance of Tensor'], // prettier-ignore
  ])('%j', (options, message) => {
    expect(() => tensorBoard('x', options as never)).toThrow(new ValueError(message));
  });

  it.each(wrong)('%s before the run', (_, make, error, message) => {
    const before = () => tensorBoard('x', { images: { good: ones([2, 2]), bad: make() as Tensor } });
    expect(before).toThrow(error);
    expect(before).toThrow(`tensorBoard: images['bad']: ${message}`);
  });
});

async function fitted(dir: string, images: Record<string, ImageSource>, options: TensorBoardOptions = {}) {
  const made = problem({ callbacks: [tensorBoard(dir, { images, ...options })] });
  const { trainer, loader, x, y, model } = made;
  const history = await trainer.fit(loader, { epochs: 4, validation: [x, y], ...quiet });
  return { history, model };
}
const stepsOf = (dir: string) =>
  Object.fromEntries(Object.entries(imagesIn(dir)).map(([tag, images]) => [tag, images.map(([step]) => step)]));

describe('tensorBoard', () => {
  it.each([[1, [3, 6, 9, 12]], [2, [6, 12]], [3, [9]], [5, undefined]])('writes images once for every %i epochs: %j', async (imagesEvery, steps) => {
    const dir = within(`every-${imagesEvery}`);
    await fitted(dir, { still: ones([2, 2]), asked: () => ones([3, 2, 2]) }, { imagesEvery });
    expect(stepsOf(dir)).toEqual(steps ? { still: steps, asked: steps } : {});
  }); // prettier-ignore

  it('asks functions of the run, without gradients and in eval mode', async () => {
    const dir = within('asked');
    const seen: unknown[] = [];
    const epoch = (run: Run) => {
      const { training } = run.model as { training: boolean };
      const x = ones([2, 3], { requiresGrad: true });
      seen.push([run.epoch, run.step, training, x.mul(2).requiresGrad]);
      return tensor([[run.epoch]], { dtype: 'int32' });
    };
    const { model } = await fitted(dir, { epoch });
    expect(seen).toEqual([1, 2, 3, 4].map((epoch) => [epoch, 3 * epoch, false, false]));
    expect(model.training).toBe(true);
    const levels = imagesIn(dir).epoch!.map((image) => bytesOf(image[6])[0]);
    expect(levels).toEqual([1, 2, 3, 4]);
  });

  it('shows a parameter as it is when the epoch ends', async () => {
    const dir = within('parameter');
    const { model, optimizer, loader } = problem();
    const { weight } = model.hidden;
    const wanted: number[][] = [];
    const callbacks = [
      { onEpochEnd: async () => void wanted.push((await shown(weight)).pixels) },
      tensorBoard(dir, { images: { weight } }),
    ];
    await new Trainer(model, { optimizer, loss: mseLoss, callbacks }).fit(loader, { epochs: 2, ...quiet });
    expect(imagesIn(dir).weight!.map((image) => [...bytesOf(image[6])])).toEqual(wanted);
    expect(wanted[0]).not.toEqual(wanted[1]);
  });

  it('changes nothing of the run, whatever the functions draw', async () => {
    const plain = problem();
    const history = await plain.trainer.fit(plain.loader, { epochs: 4, validation: [plain.x, plain.y], ...quiet });
    const watched = await fitted(within('same'), { noise: () => randn([3, 8, 8]) });
    expect(timeless(watched.history)).toEqual(timeless(history));
    expect(await weights(watched.model)).toEqual(await weights(plain.model));
  });

  it.each(wrong)('ends a run whose function gives %s', async (what, make, error, message) => {
    const failed = fitted(within(`wrong ${what}`), { good: ones([2, 2]), bad: make as () => Tensor });
    await expect(failed).rejects.toThrow(error);
    await expect(failed).rejects.toThrow(`tensorBoard.onEpochEnd: images['bad']: ${message}`);
  });

  it('names the tag of a function that throws, and puts the model back into its mode', async () => {
    class Mine extends Error {}
    const thrower = (thrown: unknown) => () => {
      throw thrown;
    };
    const failing = async (source: unknown) =>
      fitted(within(`throws ${Math.random()}`), { bad: source as () => Tensor });
    await expect(failing(thrower(new Mine('no luck')))).rejects.toThrow(Mine);
    await expect(failing(thrower(new Mine('no luck')))).rejects.toThrow(
      "tensorBoard.onEpochEnd: images['bad']: no luck",
    );
    await expect(failing(thrower('a text'))).rejects.toThrow(`tensorBoard.onEpochEnd: images['bad']: threw "a text"`);
    await expect(failing(async () => ones([2, 2]))).rejects.toThrow(GradientError);
    await expect(failing(async () => ones([2, 2]))).rejects.toThrow(
      "images['bad']: noGrad takes a synchronous function",
    );
    await expect(failing(() => ones([2, 3]).matmul(ones([2, 3]) as never))).rejects.toThrow(/images\['bad'\]: matmul/);
    const made = problem({ callbacks: [tensorBoard(within('mode'), { images: { bad: thrower(new Mine('no')) } })] });
    await expect(made.trainer.fit(made.loader, { epochs: 1, ...quiet })).rejects.toThrow(Mine);
    expect(made.model.training).toBe(true);
  });

  it.each([{}, { maxSteps: 7 }])('has of a resumed run what it has of one never left, %j', async (fit) => {
    const root = within(`resumed-${JSON.stringify(fit)}`);
    const folders = new ResumedFolders(root);
    const result = async () => {
      const images = imagesIn(folders.newest);
      if (python) expect((await readEvents(folders.newest)).images).toEqual(images);
      return images;
    };
    const callbacks = ({ model, x }: ReturnType<typeof problem>) => {
      const images = {
        outputs: () => model.forward(x),
        gradients: () => model.hidden.weight.grad!.mul(10).add(0.5),
        noise: () => randn([2, 3, 2, 2]),
      };
      return [tensorBoard(folders.next(), { every: 2, images })];
    };
    await fromEveryBoundary({ callbacks, result, folder: root, fit });
    expect(folders.runs).toBeGreaterThan(8);
  }, 120_000); // prettier-ignore
});

if (python) {
  it('TensorBoard reads the images that were written', async () => {
    const dir = within('live');
    const pixels = tensor(cases.find(({ name }) => name === 'grid')!.values, { shape: [19, 3, 2, 3] });
    await fitted(dir, {
      'a grid': pixels,
      grey: tensor([[0, 1, 127, 255]], { dtype: 'int32' }),
      'with/alpha': tensor([0.5, 1, 0, 0.25], { shape: [4, 1, 1] }),
    });
    const { images } = await readEvents(dir);
    expect(images).toEqual(imagesIn(dir));
    expect(images.grey!.map((image) => image.slice(0, 6))).toEqual([3, 6, 9, 12].map((at) => [at, 4, 1, 'L', 4, 1]));
    expect([...bytesOf(images.grey![0]![6])]).toEqual([0, 1, 127, 255]);
    expect([...bytesOf(images['with/alpha']![0]![6])]).toEqual([127, 255, 0, 63]);
    expect(images['a grid']![3]![6]).toBe(cases.find(({ name }) => name === 'grid')!.wanted.base64);
  });
} else {
  const reason =
    'TensorBoard is not asked live: PYTHON names no interpreter that has it; images are decoded here alone';
  it(reason, () => {
    console.info(reason);
    expect(process.env.PYTHON ?? '').toBe('');
  });
}
