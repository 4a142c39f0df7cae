import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  BatchNorm1d,
  Linear,
  LSTM,
  loadStateDict,
  loadTorch,
  Parameter,
  Sequential,
  StateError,
  stateDict,
  tensor,
  type Tensor,
  TransformerEncoderLayer,
} from 'decograd';
import { bytesOf, caseOf, type Described, describe as described, expectDescribed, files, numbered } from './described';

const folder = mkdtempSync(join(tmpdir(), 'decograd-torch-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'x.pt');

describe('files of PyTorch are read', () => {
  it.each(files.torch)('$name', async (file) => {
    writeFileSync(path, bytesOf(file));
    await expectDescribed(await loadTorch<unknown>(path), file.value);
    await expectDescribed(await loadTorch<unknown>(new Blob([bytesOf(file) as BlobPart])), file.value);
  });

  it('parameters are parameters, and one tensor that stands twice is one tensor', async () => {
    const list = await loadTorch<Tensor[]>(bytesOf(caseOf('torch', 'parameters')));
    expect(list.map((x) => x instanceof Parameter)).toEqual([true, true, false, true]);
  });
});

describe('a saved state dict loads into the same model, which computes the same', () => {
  const [x, output] = ['x', 'output'].map((name) => (file: { value: Described }) => {
    const found = file.value.dict!.find(([key]) => key === name)!;
    return numbered(found[1]).tensor!;
  });
  const run = async (name: string, model: object, forward: (input: Tensor) => Tensor) => {
    const file = caseOf('models', name);
    writeFileSync(path, bytesOf(file));
    expect(loadStateDict(model, await loadTorch(path))).toEqual({ missing: [], unexpected: [] });
    const { values, shape } = x!(file);
    const result = forward(tensor(Float32Array.from(values as number[]), { shape }));
    const got = (await described(result)).tensor!;
    expect(got.shape).toEqual(output!(file).shape);
    got.values.forEach((value, i) => expect(value).toBeCloseTo(output!(file).values[i] as number, 5));
  };

  it('LSTM', async () => {
    const lstm = new LSTM(4, 3, { numLayers: 2, batchFirst: true });
    await run('LSTM', lstm, (input) => lstm.forward(input)[0]);
  });
  it('TransformerEncoderLayer', async () => {
    const layer = new TransformerEncoderLayer(4, 2, { dimFeedforward: 6, batchFirst: true });
    layer.eval();
    await run('TransformerEncoderLayer', layer, (input) => layer.forward(input));
  });
});

it('a checkpoint: its model, whose count of batches is an int64, loads from the dict that it is in', async () => {
  const { model } = await loadTorch<{ model: Record<string, Tensor> }>(bytesOf(caseOf('torch', 'a checkpoint')));
  const ours = new Sequential(new Linear(2, 3), new BatchNorm1d(3));
  expect(loadStateDict(ours, model)).toEqual({ missing: [], unexpected: [] });
  for (const [key, value] of Object.entries(stateDict(ours))) {
    const theirs = Object.entries(model).find(([name]) => name.replaceAll('_', '') === key.toLowerCase())![1];
    expect(await value.data()).toEqual(await theirs.data());
  }
});

it('a state dict of an optimizer keeps its numbers, groups and states', async () => {
  const { optimizer } = await loadTorch<{ optimizer: { state: Record<string, { step: Tensor }>; param_groups: object[] } }>(bytesOf(caseOf('torch', 'a checkpoint'))); // prettier-ignore
  expect(optimizer.param_groups).toMatchObject([{ lr: 0.01, betas: [0.8, 0.9], params: [0, 1, 2, 3] }]);
  expect(Object.keys(optimizer.state)).toEqual(['0', '1', '2', '3']);
  expect(await optimizer.state['0']!.step.item()).toBe(1);
});

/** A file of PyTorch in which a name was changed, from its n-th place on. */
function renamed(name: string, from: string, to: string, place: number): Uint8Array {
  const text = Buffer.from(bytesOf(caseOf('torch', name)))
    .toString('latin1')
    .split(from);
  return Buffer.from([text.slice(0, place).join(from), text.slice(place).join(to)].join(to), 'latin1');
}

it('a directory that calls a file otherwise than the file itself is refused: the order of bytes would be lost', async () => {
  const file = renamed('big-endian', 'byteorder', 'byteordes', 2);
  await expect(loadTorch(file)).rejects.toThrow("byteordes' is not where its directory says");
});

it('an archive with a name in it twice is refused', async () => {
  const file = renamed('a checkpoint', '/data/1', '/data/0', 1);
  await expect(loadTorch(file)).rejects.toThrow("/data/0' is in it twice");
});

it('what was cut off anywhere is refused', async () => {
  const whole = bytesOf(caseOf('torch', 'a checkpoint'));
  for (let length = 0; length < whole.length; length += 97)
    await expect(loadTorch(whole.subarray(0, length))).rejects.toThrow(StateError);
});
