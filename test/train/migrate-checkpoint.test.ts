import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AdamW, DataLoader, Dropout, ema, Linear, loadCheckpoint, manualSeed, migrateCheckpoint, module, Module, mseLoss, param, saveCheckpoint, StateError, TensorDataset, tensor, Trainer, ValueError, type Callback, type Parameter, type Tensor } from 'decograd'; // prettier-ignore
import { Net, samples, timeless, weights } from './problem';

const folder = mkdtempSync(join(tmpdir(), 'decograd-migrate-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Net with another name for its first layer, one level deeper. */
@module
class Renamed extends Module {
  readonly body = { encoder: new Linear(3, 8) };
  readonly dropout = new Dropout(0.25);
  readonly output = new Linear(8, 2);
  forward(x: Tensor): Tensor {
    return this.output.forward(this.dropout.forward(this.body.encoder.forward(x).tanh()));
  }
}

@module
class Scaled extends Module {
  @param([2], { init: 1 }) scale!: Parameter;
  forward(output: Tensor, target: Tensor): Tensor {
    return mseLoss(output.mul(this.scale), target);
  }
}

async function run(Model: typeof Net | typeof Renamed, more: Callback[], resume?: string) {
  manualSeed(3);
  const model = new Model();
  const loss = new Scaled();
  const [x, y] = samples();
  const loader = new DataLoader(new TensorDataset(x, y), { batchSize: 2, shuffle: true });
  const parameters = [...model.namedParameters(), ...loss.namedParameters().map(([path, p]) => [`loss.${path}`, p] as const)]; // prettier-ignore
  const optimizer = new AdamW([{ params: parameters.filter(([, p]) => p.shape.length > 1) }, { params: parameters.filter(([, p]) => p.shape.length === 1), weightDecay: 0 }], { lr: 0.02 }); // prettier-ignore
  const averages = ema({ decay: 0.5 });
  const trainer = new Trainer(model, { optimizer, loss, accumulate: 2, callbacks: [averages, ...more] });
  const history = timeless(await trainer.fit(loader, { epochs: 2, progress: false, resume }));
  const averaged = new Model();
  averages.apply(averaged);
  return { history, values: [await weights(model), await weights(averaged)].map((of) => Object.values(of)) };
}

describe('migrateCheckpoint', () => {
  it('brings a run to a model with other names: it goes on bit for bit, from the middle of a step too', async () => {
    const files: string[] = [];
    const callback: Callback = {
      onBoundary: async (at, after) => {
        const file = join(folder, `${files.length}-${after}.safetensors`);
        await saveCheckpoint(file, await at.state());
        files.push(file);
      },
    };
    const whole = await run(Net, [callback]);
    expect(files.some((file) => file.includes('-batch'))).toBe(true);
    for (const file of files) {
      const migrated = `${file}.migrated.safetensors`;
      const saved = await loadCheckpoint(file);
      await saveCheckpoint(migrated, migrateCheckpoint(saved, { 'hidden.*': 'body.encoder.*' }));
      const resumed = await run(Renamed, [{}], migrated);
      expect(resumed.history).toEqual(whole.history);
      // the walk comes to other fields in the same order
      expect(resumed.values).toEqual(whole.values);
      await expect(run(Renamed, [{}], file)).rejects.toThrow('renamed: hidden.* -> body.encoder.* (2)?');
    }
  });

  const state = {
    model: { 'a.w': 1, 'b.w': 2 },
    loss: { scale: 3 },
    optimizers: [
      {
        name: 'Adam',
        groups: [
          { names: ['b.w', 'loss.scale'], options: { lr: 1 } },
          { names: ['a.w'], options: {} },
        ],
        state: { 'a.w': { step: 1, slots: {} }, 'loss.scale': { step: 2, slots: {} } },
      },
    ],
    open: { gradients: { 'a.w': 4, 'loss.scale': 5 }, loss: 6 },
    callbacks: [
      { name: 'mine', state: { values: { 'a.w': 7 } } },
      { name: 'swa', state: { count: 2, values: { 'a.w': 8 }, initial: [1] } },
    ],
    epoch: 2,
  };

  it('renames in model, optimizers and gradients, and leaves all else, parameters of the loss too', () => {
    const before = structuredClone(state);
    expect(migrateCheckpoint(state, { '*': 'net.*', 'b.w': 'z' })).toEqual({
      ...state,
      model: { 'net.a.w': 1, z: 2 },
      optimizers: [
        {
          name: 'Adam',
          groups: [
            { names: ['z', 'loss.scale'], options: { lr: 1 } },
            { names: ['net.a.w'], options: {} },
          ],
          state: { 'net.a.w': { step: 1, slots: {} }, 'loss.scale': { step: 2, slots: {} } },
        },
      ],
      open: { gradients: { 'net.a.w': 4, 'loss.scale': 5 }, loss: 6 },
      callbacks: [state.callbacks[0], { name: 'swa', state: { count: 2, values: { 'net.a.w': 8 }, initial: [1] } }],
    });
    expect(state).toEqual(before);
  });

  it('drops a parameter with all that was kept for it', () => {
    const { model, optimizers, open } = migrateCheckpoint(state, { 'a.*': null });
    expect([model, open.gradients]).toEqual([{ 'b.w': 2 }, { 'loss.scale': 5 }]);
    expect(optimizers[0]!.groups.map(({ names }) => names)).toEqual([['b.w', 'loss.scale'], []]);
    expect(Object.keys(optimizers[0]!.state)).toEqual(['loss.scale']);
  });

  it("renames in a state of the user's own", async () => {
    const net = new Net();
    const optimizer = new AdamW(net);
    net.forward(tensor([[1, 2, 3]])).sum().backward(); // prettier-ignore
    await optimizer.step();
    const own = { model: net.stateDict(), optimizer: optimizer.stateDict(), note: 'mine' };
    const migrated = migrateCheckpoint(own, { 'hidden.*': 'body.encoder.*' });
    const renamed = new Renamed();
    renamed.loadStateDict(migrated.model);
    const other = new AdamW(renamed);
    other.loadStateDict(migrated.optimizer);
    expect(Object.keys(other.stateDict().state)).toEqual(['body.encoder.weight', 'body.encoder.bias', 'output.weight', 'output.bias']); // prettier-ignore
    expect(migrated.note).toBe('mine');
  });

  it.each([
    [{ 'c.*': 'd.*' }, StateError, "migrateCheckpoint: the rule 'c.*' matches nothing; did you mean 'a.*'?"],
    [{ 'a.w': 'b.w' }, StateError, "migrateCheckpoint: 'a.w' and 'b.w' would both be 'b.w'"],
    [{ 'a*': 'b' }, ValueError, "migrateCheckpoint: 'a*' is no path"],
  ])('refuses %j', (rules, Kind, message) => {
    expect(() => migrateCheckpoint(state, rules)).toThrow(Kind);
    expect(() => migrateCheckpoint(state, rules)).toThrow(message);
  });

  it('refuses a state without a model', () => {
    expect(() => migrateCheckpoint({ 'a.w': 1 }, { 'a.*': 'b.*' })).toThrow('there is no model in the state; rename a state dict with migrateState'); // prettier-ignore
  });
});
