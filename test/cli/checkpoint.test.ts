import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { AdamW, checkpoint, isTensor, Linear, loadCheckpoint, loadSafetensors, loadSafetensorsMetadata, manualSeed, migrateCheckpoint, mseLoss, openSafetensors, randn, ReLU, saveNpz, saveSafetensors, Sequential, tensor, Trainer, zeros } from 'decograd'; // prettier-ignore
import dataParallel from '../fixtures/data-parallel.json';
import written from '../fixtures/safetensors.json';
import { projects } from './project';

const models = `
  import { BatchNorm1d, Linear, module, Module, ReLU, Sequential } from 'decograd';
  @module export class Net extends Module {
    readonly encoder = new Linear(3, 4);
    readonly head = new Linear(4, 2);
  }
  export const createPlain = () => new Sequential(new Linear(3, 4), new BatchNorm1d(4), new ReLU(), new Linear(4, 2));
`;
const { folder, decograd } = projects('cli-checkpoint')({ 'model.ts': models }, 'esbuild');
const at = (name: string): string => join(folder, name);
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

beforeAll(async () => {
  await saveSafetensors(at('net.safetensors'), { 'body.weight': zeros([4, 3]), 'body.bias': zeros([4]), 'head.weight': zeros([2, 4]), 'head.bias': zeros([3]), old: zeros([7]) }, { metadata: { note: 'by hand' } }); // prettier-ignore
  await saveSafetensors(at('values.safetensors'), { a: tensor([1, 2.5, -3.5]), b: tensor([NaN, Infinity, 8]), none: zeros([0]), mask: tensor([true, false]) }); // prettier-ignore
  await saveNpz(at('arrays.npz'), { images: zeros([2, 5]), labels: tensor([1, 2], { dtype: 'int32' }) });
  writeFileSync(at('parallel.pt'), bytesOf(dataParallel.base64));
  writeFileSync(at('dtypes.safetensors'), bytesOf(written.base64));
  writeFileSync(at('damaged.safetensors'), bytesOf(written.base64).subarray(0, 100));
  const state = { format: 'decograd.checkpoint', version: '1', state: '{' };
  await saveSafetensors(at('broken-state.safetensors'), {}, { metadata: state });
  await saveSafetensors(at('newer.safetensors'), {}, { metadata: { ...state, version: '2' } });
});

const lines = (text: string): string[] => text.trimEnd().split('\n');

describe('decograd checkpoint prints', () => {
  it('the tensors of a safetensors file, with its metadata', () => {
    const { status, stdout, stderr } = decograd('checkpoint', 'net.safetensors');
    expect([status, stderr]).toEqual([0, '']);
    const [head, note, , columns, , ...rows] = lines(stdout);
    expect(head).toMatch(/^net\.safetensors: written \d{4}-\d\d-\d\dT/);
    expect(note).toBe('note: by hand');
    expect(columns).toMatch(/^path +shape +dtype +bytes$/);
    expect(rows.slice(0, 2).map((row) => row.split(/ {2,}/))).toEqual([
      ['body.weight', '[4, 3]', 'float32', '48'],
      ['body.bias', '[4]', 'float32', '16'],
    ]);
    expect(rows.at(-1)).toBe('5 tensors, 136 bytes');
  });

  it('the dtypes that lie in the file, as the safetensors library wrote it', () => {
    const { stdout } = decograd('checkpoint', 'dtypes.safetensors');
    for (const name of ['float64', 'float16', 'bfloat16', 'int64', 'uint8', 'bool'])
      expect(stdout).toMatch(new RegExp(`^${name} .* ${name} `, 'm'));
    expect(stdout).toMatch(/^bfloat16 +\[7, 8\] +bfloat16 +112$/m);
  });

  it('values where they are asked for, and how many are no numbers', () => {
    const rows = lines(decograd('checkpoint', 'values.safetensors', '--values').stdout).map((row) => row.split(/ {2,}/)); // prettier-ignore
    expect(rows).toContainEqual(['path', 'shape', 'dtype', 'bytes', 'min', 'mean', 'max', 'not finite']);
    expect(rows).toContainEqual(['a', '[3]', 'float32', '12', '-3.5', '0', '2.5']);
    expect(rows).toContainEqual(['b', '[3]', 'float32', '12', '8', '8', '8', '2']);
    expect(rows).toContainEqual(['none', '[0]', 'float32', '0']);
    expect(rows).toContainEqual(['mask', '[2]', 'bool', '2', '0', '0.5', '1']);
  });

  it('files of PyTorch and numpy', () => {
    const parallel = decograd('checkpoint', 'parallel.pt');
    expect(parallel.status).toBe(0);
    for (const key of dataParallel.keys) expect(parallel.stdout).toContain(`\n${key} `);
    expect(decograd('checkpoint', 'arrays.npz').stdout).toMatch(/\nimages +\[2, 5\] +float32 +40\nlabels +\[2\] +int32 +8\n\n2 tensors, 48 bytes/); // prettier-ignore
  });
});

describe('decograd checkpoint --model', () => {
  it('names what differs, and fails', () => {
    const { status, stderr } = decograd('checkpoint', 'net.safetensors', '--model', 'model.ts#Net');
    expect(status).toBe(1);
    expect(lines(stderr)).toEqual([
      'renamed: body.* -> encoder.* (2)?',
      'unexpected: old',
      "wrong shape: 'head.bias' is [3], the model's [2]",
      "rename with --migrate 'body.*=encoder.*'",
    ]);
  });

  it('compares what PyTorch wrote with the model as loading would', () => {
    const plain = ['checkpoint', 'parallel.pt', '--model', 'model.ts#createPlain'];
    const before = decograd(...plain);
    expect([before.status, lines(before.stderr)]).toEqual([1, ['renamed: module.* -> * (9)?', "rename with --migrate 'module.*=*'"]]); // prettier-ignore
    const after = decograd(...plain, '--migrate', 'module.*=*', '--out', 'plain.safetensors');
    expect([after.status, after.stderr]).toEqual([0, 'parallel.pt fits createPlain\nwrote plain.safetensors\n']);
    expect(decograd('checkpoint', 'plain.safetensors', '--model', 'model.ts#createPlain').stderr).toBe('plain.safetensors fits createPlain\n'); // prettier-ignore
  });
});

describe('decograd checkpoint --migrate', () => {
  it('renames and drops, and keeps metadata', async () => {
    const rules = ['--migrate', 'body.*=encoder.*', '--migrate', 'old='];
    const { status, stderr, stdout } = decograd('checkpoint', 'net.safetensors', ...rules, '--out', 'out.safetensors');
    expect([status, stderr]).toEqual([0, 'wrote out.safetensors\n']);
    const names = ['encoder.weight', 'encoder.bias', 'head.weight', 'head.bias'];
    for (const name of names) expect(stdout).toContain(`\n${name} `);
    expect(Object.keys(await loadSafetensors(at('out.safetensors')))).toEqual(names);
    expect(await loadSafetensorsMetadata(at('out.safetensors'))).toEqual({ note: 'by hand' });
  });

  it('keeps every dtype and every bit', async () => {
    const { status, stderr } = decograd('checkpoint', 'dtypes.safetensors', '--migrate', '*=x.*', '--migrate', 'float64=', '--out', 'same.safetensors'); // prettier-ignore
    expect([status, stderr]).toEqual([0, 'wrote same.safetensors\n']);
    const [before, after] = [await openSafetensors(at('dtypes.safetensors')), await openSafetensors(at('same.safetensors'))]; // prettier-ignore
    const [old, fresh] = ['dtypes', 'same'].map((name) => {
      const bytes = readFileSync(at(`${name}.safetensors`));
      return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
    });
    expect([...after.entries.keys()]).toEqual([...before.entries.keys()].filter((name) => name !== 'float64').map((name) => `x.${name}`)); // prettier-ignore
    for (const [name, { dtype, shape, begin, end }] of after.entries) {
      const was = before.entries.get(name.slice(2))!;
      expect({ name, dtype, shape }).toEqual({ name, dtype: was.dtype, shape: was.shape });
      expect(fresh!.subarray(begin, end)).toEqual(old!.subarray(was.begin, was.end));
    }
    expect(after.metadata).toEqual({ made: 'by safetensors' });
    await Promise.all([before.close(), after.close()]);
  });
});

describe('decograd checkpoint of a run', () => {
  beforeAll(async () => {
    manualSeed(1);
    const model = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 2));
    const trainer = new Trainer(model, { optimizer: new AdamW(model), loss: mseLoss, callbacks: [checkpoint(at('runs'), { every: { steps: 2 } })] }); // prettier-ignore
    await trainer.fit([randn([8, 3]), randn([8, 2])], { epochs: 2, batchSize: 4, progress: false });
  });

  it('finds the newest, and shows epoch, step and all tensors', () => {
    const { status, stdout, stderr } = decograd('checkpoint', 'runs');
    expect([status, stderr]).toEqual([0, '']);
    expect(lines(stdout).slice(0, 2)).toEqual([
      'runs holds 2 checkpoints, of which this is the newest',
      expect.stringMatching(/^runs\/step-00000004\.safetensors: epoch 2, step 4, written \d{4}-/),
    ]);
    expect(stdout).toMatch(/^model\.0\.weight +\[4, 3\]/m);
    expect(stdout).toMatch(/^optimizers\.0\.state\.0\.weight\.slots\.\w+ +\[4, 3\]/m);
  });

  it('compares the model in it', () => {
    const { status, stderr } = decograd('checkpoint', 'runs', '--model', 'model.ts#Net');
    expect(status).toBe(1);
    expect(lines(stderr)).toEqual([
      'renamed: 0.* -> encoder.* (2)?, 2.* -> head.* (2)?',
      "rename with --migrate '0.*=encoder.*' --migrate '2.*=head.*'",
    ]);
  });

  it('renames in the whole state, which is else the same', async () => {
    const rules = ['--migrate', '0.*=encoder.*', '--migrate', '2.*=head.*'];
    const { status, stderr } = decograd('checkpoint', 'runs', ...rules, '--model', 'model.ts#Net', '--out', 'migrated.safetensors'); // prettier-ignore
    expect([status, stderr]).toEqual([0, 'runs/step-00000004.safetensors fits Net\nwrote migrated.safetensors\n']);
    const plain = async (value: unknown): Promise<unknown> => {
      if (isTensor(value)) return { shape: [...value.shape], values: [...(await value.data())] };
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
      return Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await plain(inner)]));
    };
    const wanted = migrateCheckpoint(await loadCheckpoint(at('runs/step-00000004.safetensors')), { '0.*': 'encoder.*', '2.*': 'head.*' }); // prettier-ignore
    const got = await loadCheckpoint(at('migrated.safetensors'));
    expect(await plain(got)).toEqual(await plain(wanted));
    expect(got.optimizers[0].groups[0].names).toEqual(['encoder.weight', 'encoder.bias', 'head.weight', 'head.bias']);
    const names = Object.keys(await loadSafetensors(at('migrated.safetensors')));
    expect(names).toContain('model.encoder.weight');
    expect(names.filter((name) => /\.[02]\.(weight|bias)/.test(name))).toEqual([]);
  });
});

it.each([
  [[], 'checkpoint needs a FILE or FOLDER'],
  [['a.pt', 'b.pt'], "checkpoint takes one FILE; 'b.pt' is too much"],
  [['missing.pt'], 'there is no file or folder missing.pt'],
  [['node_modules'], 'there is no checkpoint in node_modules, such as step-00000100.safetensors; name a file'],
  [['model.ts'], 'model.ts is no file of tensors that can be read; known are .safetensors .pt .pth .npz'],
  [['damaged.safetensors'], 'damaged.safetensors: openSafetensors: a file of 100 bytes cannot hold a header'],
  [['broken-state.safetensors'], 'broken-state.safetensors: its state is damaged'],
  [['newer.safetensors'], 'newer.safetensors was written by a newer decograd'],
  [['net.safetensors', '--check', 'x'], 'checkpoint takes no --check; known are values, model, migrate, out'],
  [['net.safetensors', '--model', 'model.ts'], 'model.ts exports Net, createPlain; choose one with --model model.ts#NAME'],
  [['net.safetensors', '--model', 'model.ts#'], "--model 'model.ts#' is no FILE#EXPORT"],
  [['net.safetensors', '--model', 'model.ts#Nut'], "there is no export 'Nut'"],
  [['net.safetensors', '--migrate', 'old'], "--migrate 'old' is no OLD=NEW, such as 'fc.*=head.*'"],
  [['net.safetensors', '--migrate', 'old=a', '--migrate', 'old=b'], "--migrate gives 'old' twice"],
  [['net.safetensors', '--migrate', 'odd=a'], "net.safetensors: migrateState: the rule 'odd' matches nothing; did you mean 'old'?"],
  [['net.safetensors', '--migrate', 'body.*=head.*'], "'body.weight' and 'head.weight' would both be 'head.weight'"],
  [['net.safetensors', '--out', 'x.safetensors'], '--out is where --migrate writes; give both'],
  [['net.safetensors', '--migrate', 'old=a', '--out', 'x.pt'], '--out x.pt must end in .safetensors'],
  [['net.safetensors', '--migrate', 'old=a', '--out', './net.safetensors'], '--out ./net.safetensors is the file itself; name another'],
  [['net.safetensors', '--migrate', 'old=a', '--out', 'no/such/x.safetensors'], /ENOENT.*no\/such\/x\.safetensors/],
])('decograd checkpoint %j is refused', (args, message) => {
  const { status, stdout, stderr } = decograd('checkpoint', ...args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect([status, stdout]).toEqual([2, '']);
}); // prettier-ignore
