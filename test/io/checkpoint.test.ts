import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isTensor, loadCheckpoint, loadSafetensors, saveCheckpoint, saveSafetensors, StateError, tensor, zeros, type Tensor } from 'decograd'; // prettier-ignore
import fc from 'fast-check';
import { divideTree, joinTree } from '../../src/io/state-tree';

const folder = mkdtempSync(join(tmpdir(), 'decograd-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tensors = fc.array(fc.float({ noNaN: true }), { maxLength: 4 }).map((values) => tensor(values, { shape: [values.length] })); // prettier-ignore
const leaves = fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.string(), fc.constant(-0), tensors, fc.float64Array({ maxLength: 3 }), fc.int32Array({ maxLength: 3 })); // prettier-ignore
const keys = fc.oneof(fc.string(), fc.constantFrom('$tensor', '$$x', '$number', 'a.b', 'a'));
const trees = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaves, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(keys, tie('tree'), { maxKeys: 4 })), // prettier-ignore
})).tree;

/** Tensors by their numbers, so that trees can be compared. */
async function plain(value: unknown): Promise<unknown> {
  if (isTensor(value)) return { shape: value.shape, dtype: value.dtype, values: [...(await value.data())] };
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, x]) => [key, await plain(x)])));
}

describe('a tree of state', () => {
  it('is the same again after it was divided into JSON and tensors', async () => {
    await fc.assert(
      fc.asyncProperty(trees, async (tree) => {
        const { json, tensors: apart } = divideTree(tree);
        const again = joinTree(JSON.parse(JSON.stringify(json)), apart);
        expect(await plain(again)).toEqual(await plain(tree));
      }),
    );
  });

  it('is the same again from a file, whose tensors other programs find by their places', async () => {
    const path = join(folder, 'a.safetensors');
    const state = { model: { 'layer.weight': tensor([[1, 2]]), steps: tensor([3], { dtype: 'int32' }) }, lr: 0.1, best: Infinity, list: [tensor(true), 'x'] }; // prettier-ignore
    await saveCheckpoint(path, state);
    expect(await plain(await loadCheckpoint(path))).toEqual(await plain(state));
    expect(Object.keys(await loadSafetensors(path)).sort()).toEqual(['list.0', 'model.layer.weight', 'model.steps']);
  });

  it('tells tensors apart whose places read alike', async () => {
    const path = join(folder, 'b.safetensors');
    await saveCheckpoint(path, { a: { b: tensor(1) }, 'a.b': tensor(2) });
    const saved = await loadCheckpoint(path);
    expect([await (saved.a as { b: Tensor }).b.item(), await (saved['a.b'] as Tensor).item()]).toEqual([1, 2]);
  });

  it('keeps the values of the call, whatever is trained meanwhile', async () => {
    const path = join(folder, 'c.safetensors');
    const weight = zeros([3]);
    const saving = saveCheckpoint(path, { weight });
    weight.assign(tensor([1, 1, 1]));
    await saving;
    expect([...(await ((await loadCheckpoint(path)).weight as Tensor).data())]).toEqual([0, 0, 0]);
  });

  it.each([
    [{ a: { b: () => 1 } }, 'checkpoint: a.b is a function; keep plain data, tensors and typed arrays'],
    [{ a: [new Map()] }, 'checkpoint: a.0 is a Map'],
    [{ d: new Date() }, 'checkpoint: d is a Date'],
    [{ n: 1n }, 'checkpoint: n is a bigint'],
  ])('%o is refused', async (state, text) => {
    const path = join(folder, 'd.safetensors');
    await expect(saveCheckpoint(path, state)).rejects.toThrow(StateError);
    await expect(saveCheckpoint(path, state)).rejects.toThrow(text);
  });

  it('is not looked for in a file of tensors alone', async () => {
    const path = join(folder, 'e.safetensors');
    await saveSafetensors(path, { x: tensor(1) });
    await expect(loadCheckpoint(path)).rejects.toThrow(`loadCheckpoint: ${path} is no checkpoint but tensors alone`);
    await saveSafetensors(path, { x: tensor(1) }, { metadata: { format: 'decograd.checkpoint', version: '1', state: '{' } }); // prettier-ignore
    await expect(loadCheckpoint(path)).rejects.toThrow('its state is damaged');
    await saveSafetensors(path, { x: tensor(1) }, { metadata: { format: 'decograd.checkpoint', version: '1', state: '{"y":{"$tensor":"y"}}' } }); // prettier-ignore
    await expect(loadCheckpoint(path)).rejects.toThrow('checkpoint: the tensor y is missing');
    await saveSafetensors(path, { x: tensor(1) }, { metadata: { format: 'decograd.checkpoint', version: '1', state: '{"y":{"$array":"Map"}}' } }); // prettier-ignore
    await expect(loadCheckpoint(path)).rejects.toThrow(StateError);
  });
});
