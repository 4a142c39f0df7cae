import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorBoard, ValueError, type Callback, type TensorBoardOptions } from 'decograd';
import { crc32c } from '../../../src/io/crc32';
import { eventEncoder } from '../../../src/train/callbacks/event-file';
import { histogram, type Histogram } from '../../../src/train/callbacks/histogram';
import { problem, timeless, weights } from '../problem';
import { eventReader, only, python, records, ResumedFolders } from './event-records';
import { temporaryFolder } from './folder';
import { fromEveryBoundary } from './resumed';

const quiet = { progress: false } as const;
const within = temporaryFolder();
const readEvents = eventReader();
const wanted = JSON.parse(readFileSync('test/fixtures/event-files.json', 'utf8')) as {
  histograms: { name: string; values: number[]; wanted: Histogram }[];
  version: string;
  restart: string;
  scalar: string;
  histogram: string;
  image: string;
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('histogram', () => {
  it.each(wanted.histograms)("$name: PyTorch's", ({ values, wanted: { limits, ...others } }) => {
    const { limits: ours, ...rest } = histogram(values)!;
    expect(ours).toHaveLength(limits.length);
    ours.forEach((limit, i) => expect(Math.abs(limit - limits[i]!)).toBeLessThanOrEqual(1e-12 * Math.abs(limit)));
    expect({ ...rest, sum: 0, sumOfSquares: 0 }).toEqual({ ...others, sum: 0, sumOfSquares: 0 });
    expect(rest.sum).toBeCloseTo(others.sum, 9);
    expect(rest.sumOfSquares / (others.sumOfSquares || 1)).toBeCloseTo(others.sumOfSquares && 1, 12);
  });

  it('leaves out what is not finite; there is none of nothing', () => {
    expect(histogram([NaN, 2, Infinity])).toEqual(histogram([2]));
    expect([histogram([]), histogram([NaN])]).toEqual([null, null]);
  });

  it('counts every value once, between the limits of its bucket', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e19, max: 1e19, noNaN: true }), { minLength: 1 }), (values) => {
        const { limits, counts } = histogram(values)!;
        counts.forEach((count, i) => {
          if (i > 0) expect(values.filter((x) => limits[i - 1]! <= x && x < limits[i]!)).toHaveLength(count);
        });
        expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length);
      }),
    );
  });
});

describe('events', () => {
  it('have the checksum of RFC 3720, appendix B.4', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });

  it('are byte for byte those of TensorBoard', async () => {
    const encoder = await eventEncoder();
    const spread = wanted.histograms.find(({ name }) => name === 'spread')!.wanted;
    expect(hex(encoder.version(1234.5))).toBe(wanted.version);
    expect(hex(encoder.restart(1234.5, 300))).toBe(wanted.restart);
    expect(hex(encoder.summary(1234.5, 300, [['train/loss', 0.1]]))).toBe(wanted.scalar);
    expect(hex(encoder.summary(1234.5, 2 ** 33, [['parameters/w', spread]]))).toBe(wanted.histogram);
    const png = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('base64');
    const picture = { height: 200, width: 3, channels: 4, png };
    expect(hex(encoder.summary(1234.5, 300, [['first layer', picture]]))).toBe(wanted.image);
  });

  it('take numbers that float32 cannot hold', async () => {
    const { summary } = await eventEncoder();
    for (const value of [1e300, -Infinity, NaN]) expect(summary(1, 1, [['x', value]]).length).toBeGreaterThan(30);
  });
});

async function fitted(dir: string, options: TensorBoardOptions, extra: Callback[] = []) {
  const { trainer, loader, x, y, model } = problem({ callbacks: [tensorBoard(dir, options), ...extra] });
  const done = trainer.fit(loader, { epochs: 2, validation: [x, y], ...quiet });
  return { history: await done, model };
}

describe('tensorBoard', () => {
  it.each([[1, 6], [2, 3], [4, 1], [7, 0]])('writes steps once for every %i of them: %i', async (every, steps) => {
    const dir = within(`every/${every}`);
    await fitted(dir, { every });
    const texts = records(only(dir)).map((record) => record.toString('latin1'));
    expect(texts[0]).toContain('brain.Event:2');
    expect(texts.filter((text) => text.includes('step/loss') && text.includes('lr'))).toHaveLength(steps);
    expect(texts.filter((text) => text.includes('validation/absoluteError'))).toHaveLength(2);
    expect(texts).toHaveLength(1 + steps + 2);
  }); // prettier-ignore

  it('leaves out metrics of several numbers', async () => {
    const dir = within('nested');
    const matrix = { update() {}, compute: () => [[1, 2], [3, 4]], reset() {} }; // prettier-ignore
    const { trainer, x, y } = problem({ callbacks: [tensorBoard(dir)], metrics: { matrix: matrix as never } });
    const history = await trainer.fit([x, y], { epochs: 1, ...quiet });
    expect(history.epochs[0]!.metrics.matrix).toEqual(matrix.compute());
    expect(records(only(dir))).toHaveLength(3);
    expect(records(only(dir)).filter((record) => record.includes('matrix'))).toEqual([]);
  });

  it('is whole where the run fails, and each fit has a file of its own', async () => {
    const dir = within('failed');
    const failing: Callback = { onBatchEnd: (run) => { if (run.step === 5) throw new Error('mine'); } }; // prettier-ignore
    await expect(fitted(dir, {}, [failing])).rejects.toThrow('mine');
    expect(records(only(dir))).toHaveLength(1 + 4 + 1);
    await fitted(dir, {});
    expect(readdirSync(dir)).toHaveLength(2);
  });

  it('changes nothing of the run', async () => {
    const plain = problem();
    const history = await plain.trainer.fit(plain.loader, { epochs: 2, validation: [plain.x, plain.y], ...quiet });
    const watched = await fitted(within('same'), { histograms: true });
    expect(timeless(watched.history)).toEqual(timeless(history));
    expect(await weights(watched.model)).toEqual(await weights(plain.model));
  });

  it.each([
    ['', {}, 'tensorBoard: takes the path of a folder first, not ""'],
    [undefined, {}, 'tensorBoard: takes the path of a folder first, not undefined'],
    ['x', { histogram: true }, "tensorBoard: there is no option 'histogram'; did you mean 'histograms'?"],
    ['x', { histograms: 1 }, 'tensorBoard: histograms must be true or false, not 1'],
    ['x', { every: 0 }, 'tensorBoard: every must be a whole number of at least 1, not 0'],
    ['x', { every: 0.5 }, 'tensorBoard: every must be a whole number of at least 1, not 0.5'],
  ])('refuses %j, %j', (dir, options, message) => {
    expect(() => tensorBoard(dir as string, options as never)).toThrow(new ValueError(message));
  });

  it('refuses a folder that cannot be written before any step', async () => {
    const dir = within('file/inside');
    writeFileSync(within('file'), '');
    await expect(fitted(dir, {})).rejects.toThrow(`tensorBoard: ${dir} cannot be written (ENOTDIR`);
  });

  it('says what to do where there are no files', async () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = undefined as never;
    const failed = fitted(within('none'), {}).finally(() => (process.getBuiltinModule = getBuiltinModule));
    await expect(failed).rejects.toThrow('tensorBoard: there are no files here; fit returns the numbers as an object');
  });
});

if (python) {
  it('TensorBoard reads what was written', async () => {
    const dir = within('live');
    const steps: [number, number][] = [];
    const { history, model } = await fitted(dir, { histograms: true }, [
      { onStepEnd: (_run, { step, loss }) => void steps.push([step, Math.fround(loss)]) },
    ]);
    const read = await readEvents(dir);
    expect(read.scalars['step/loss']).toEqual(steps);
    const losses = history.epochs.map(({ epoch, validation }) => [epoch * 3, Math.fround(validation!.loss)]);
    expect(read.scalars['validation/loss']).toEqual(losses);
    expect(read.scalars.lr).toHaveLength(6);
    const paths = Object.keys(await weights(model));
    const tags = paths.flatMap((path) => [`gradients/${path}`, `parameters/${path}`]);
    expect(Object.keys(read.histograms).sort()).toEqual(tags.sort());
    for (const [path, values] of Object.entries(await weights(model))) {
      const { min, max, count, sum, sumOfSquares } = histogram(values)!;
      expect(read.histograms[`parameters/${path}`]![1]).toEqual([6, min, max, count, sum, sumOfSquares]);
    }
  });

  it.each([{}, { maxSteps: 7 }, { validateEvery: { steps: 2 } }])('reads of a resumed run what it reads of one never left, %j', async (fit) => {
    const root = within(`resumed-${JSON.stringify(fit)}`);
    const folders = new ResumedFolders(root);
    const callbacks = () => [tensorBoard(folders.next(), { every: 2, histograms: true })];
    await fromEveryBoundary({ callbacks, result: () => readEvents(folders.newest), folder: root, fit });
    expect(folders.runs).toBeGreaterThan(8);
  }, 120_000); // prettier-ignore
} else {
  const reason = 'TensorBoard is not asked live: PYTHON names no interpreter that has it; bytes alone are compared';
  it(reason, () => {
    console.info(reason);
    expect(process.env.PYTHON ?? '').toBe('');
  });
}
