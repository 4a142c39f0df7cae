import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadNpy, loadNpz, loadSafetensors, loadTorch, randn, saveNpy, saveNpz, saveSafetensors, tensor } from 'decograd'; // prettier-ignore
import { type Described, describe as described, numbered } from './described';

/** An interpreter with PyTorch, numpy and safetensors; SEED repeats a run. */
const { PYTHON: python, SEED: seed = Date.now() % 2 ** 31 } = process.env;

const load: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  '.safetensors': loadSafetensors,
  '.npy': loadNpy,
  '.npz': (path) => loadNpz(path),
  '.pt': (path) => loadTorch<unknown>(path),
};

function ask(interpreter: string, ...args: string[]): [string, Described][] {
  const answer = execFileSync(interpreter, ['test/oracle/live_files.py', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 }); // prettier-ignore
  return Object.entries(JSON.parse(answer) as Record<string, Described>);
}

/** Dicts as PyTorch's safetensors hands them out, in whatever order. */
const sorted = ({ dict, ...rest }: Described): Described =>
  dict ? { dict: [...dict].sort(([a], [b]) => (a < b ? -1 : 1)) } : rest;

if (python) {
  const folder = mkdtempSync(join(tmpdir(), 'decograd-live-files-'));
  const ours = mkdtempSync(join(tmpdir(), 'decograd-live-ours-'));
  afterAll(() => [folder, ours].forEach((path) => rmSync(path, { recursive: true })));

  describe(`files of random tensors (SEED=${seed})`, () => {
    it.each(ask(python, 'write', folder, String(seed)))('%s, as Python wrote it', async (name, wanted) => {
      const value = await load[extname(name)]!(join(folder, name));
      expect(sorted(await described(value))).toEqual(sorted(numbered(wanted)));
    });

    it('what is written here, Python reads', async () => {
      const values = {
        floats: randn([3, 4]).detach(),
        none: tensor(new Float32Array(0), { shape: [0, 2] }),
        scalar: tensor(-1.5),
        whole: tensor([[-(2 ** 31), 2 ** 31 - 1]], { dtype: 'int32' }),
        'mask/größe': tensor([true, false, true]),
        halves: tensor([0.5, 65504, Infinity, -0.25, NaN]),
      };
      for (const dtype of ['float32', 'float64', 'float16', 'bfloat16'] as const)
        await saveSafetensors(join(ours, `${dtype}.safetensors`), values, { dtype, metadata: { made: 'here' } });
      for (const compress of [false, true]) await saveNpz(join(ours, `${compress}.npz`), values, { compress });
      for (const [name, x] of Object.entries(values)) await saveNpy(join(ours, `${name.replace('/', '-')}.npy`), x);
      const read = ask(python, 'read', ours);
      expect(read).toHaveLength(4 + 2 + 6);
      for (const [name, wanted] of read)
        expect([name, sorted(await described(await load[extname(name)]!(join(ours, name))))]).toEqual([name, sorted(numbered(wanted))]); // prettier-ignore
      const exact = read.find(([name]) => name === 'float32.safetensors')![1];
      expect(sorted(await described(values))).toEqual(sorted(numbered(exact)));
    });
  });
} else {
  const reason = 'Python is not asked live: PYTHON names no interpreter that has PyTorch; fixtures alone are compared';
  it(reason, () => {
    console.info(reason);
    expect(process.env.PYTHON ?? '').toBe('');
  });
}
