import {
  Adam,
  Buffer,
  crossEntropyLoss,
  Dropout,
  grad,
  keep,
  Linear,
  manualSeed,
  mseLoss,
  noGrad,
  randn,
  Sequential,
  SGD,
  Tanh,
  tensor,
  type Module,
  type Tensor,
} from 'decograd';
import { afterEach, describe, expect, test } from 'vitest';
import type { Node } from '../../src/graph/node';
import { limitNodes } from '../../src/graph/recorder';

/** Whole loops: when things are computed changes no number, and nothing grows. */

const read = (t: Tensor) => [...t.dataSync()];
const usual = limitNodes(20_000);
afterEach(() => void limitNodes(usual));

/** The loop's result when everything is computed as soon as it is recorded. */
function eagerly<T>(loop: () => T): T {
  limitNodes(0);
  const result = loop();
  limitNodes(usual);
  return result;
}

const network = () => new Sequential(new Linear(3, 8), new Tanh(), new Dropout(0.2), new Linear(8, 2));
const everything = (model: Module) => [...model.parameters()].map((p) => read(p as Tensor));

interface Habits {
  /** Awaits every step. */
  readonly awaits?: boolean;
  /** What is done between forward and backward, backward and step, and after the step. */
  readonly between?: (loss: Tensor, model: Sequential) => unknown;
}

/** Losses and parameters of some steps of training. */
async function train({ awaits = false, between = () => undefined }: Habits = {}): Promise<number[][]> {
  manualSeed(5);
  const model = network();
  const optimizer = new Adam(model, { lr: 0.05 });
  const losses: Tensor[] = [];
  for (let i = 0; i < 8; i++) {
    const [x, y] = [randn([6, 3]), randn([6, 2])];
    optimizer.zeroGrad();
    const loss = mseLoss(model.forward(x), y);
    const first = between(loss, model);
    if (awaits) await first;
    loss.backward();
    const second = between(loss, model);
    if (awaits) await second;
    const stepping = optimizer.step();
    if (awaits) await stepping;
    between(loss, model);
    losses.push(loss);
  }
  return [losses.map((loss) => loss.itemSync()), ...everything(model)];
}

describe('the numbers are the same', () => {
  test('with and without await', async () => {
    expect(await train({ awaits: true })).toEqual(await train());
  });
  test('bit for bit, whatever is printed and read in between', async () => {
    const silent = await train();
    const print = (loss: Tensor, model: Sequential) => [String(loss), ...[...model.parameters()].map(String)];
    expect(await train({ between: print })).toEqual(silent);
    expect(await train({ between: (loss) => loss.item() })).toEqual(silent);
    expect(await train({ between: (loss) => loss.item(), awaits: true })).toEqual(silent);
    const metrics = (loss: Tensor, model: Sequential) =>
      noGrad(() => model.parameters().map((p) => (p as Tensor).abs().max().add(loss)));
    expect(await train({ between: metrics })).toEqual(silent);
  });
  test('in two loops that take turns', async () => {
    const alone = [await train(), await train()];
    expect(alone[0]).toEqual(alone[1]);
    manualSeed(0);
    const batches = Array.from({ length: 8 }, () => [randn([6, 3]).keep(), randn([6, 2]).keep()] as const);
    const loop = async (pause: () => Promise<unknown>) => {
      manualSeed(1);
      const model = new Sequential(new Linear(3, 8), new Tanh(), new Linear(8, 2));
      const optimizer = new SGD(model, { lr: 0.1, momentum: 0.9 });
      for (const [x, y] of batches) {
        optimizer.zeroGrad();
        const loss = mseLoss(model.forward(x), y);
        await pause();
        loss.backward();
        await pause();
        await optimizer.step();
      }
      return everything(model);
    };
    const single = await loop(() => Promise.resolve());
    const both = [loop(() => Promise.resolve()), loop(async () => void (await tensor([1]).add(1).item()))];
    expect(await Promise.all(both)).toEqual([single, single]);
  });
  test('when everything is computed at once', async () => {
    const lazy = await train();
    limitNodes(0);
    expect(await train()).toEqual(lazy);
  });
});

/** A generator against a discriminator, which is trained first or second. */
function adversaries(discriminatorFirst: boolean): number[][] {
  manualSeed(2);
  const [generator, discriminator] = [new Sequential(new Linear(2, 4), new Tanh(), new Linear(4, 3)), new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 2))]; // prettier-ignore
  const [forG, forD] = [new Adam(generator, { lr: 0.05 }), new Adam(discriminator, { lr: 0.05 })];
  const [real, fake] = [tensor([0, 0, 0, 0], { dtype: 'int32' }), tensor([1, 1, 1, 1], { dtype: 'int32' })];
  const losses: Tensor[] = [];
  for (let i = 0; i < 6; i++) {
    const made = generator.forward(randn([4, 2]));
    const trainD = () => {
      forD.zeroGrad();
      const judged = crossEntropyLoss(discriminator.forward(made.detach()), fake);
      const loss = crossEntropyLoss(discriminator.forward(randn([4, 3])), real).add(judged);
      loss.backward();
      void forD.step();
      losses.push(loss);
    };
    const trainG = () => {
      forG.zeroGrad();
      discriminator.requiresGrad(false);
      const loss = crossEntropyLoss(discriminator.forward(made), real);
      discriminator.requiresGrad(true);
      loss.backward();
      void forG.step();
      losses.push(loss);
    };
    for (const turn of discriminatorFirst ? [trainD, trainG] : [trainG, trainD]) turn();
    expect([...discriminator.parameters()].every((p) => p.grad !== null)).toBe(true);
  }
  return [losses.map((loss) => loss.itemSync()), ...everything(generator), ...everything(discriminator)];
}
test.each([true, false])('adversaries train in either order: discriminator first %s', (discriminatorFirst) => {
  expect(adversaries(discriminatorFirst)).toEqual(eagerly(() => adversaries(discriminatorFirst)));
});

test('a gradient penalty: gradients of gradients inside a training step', () => {
  const run = () => {
    manualSeed(3);
    const model = new Sequential(new Linear(3, 8), new Tanh(), new Linear(8, 1));
    const optimizer = new SGD(model, { lr: 0.05 });
    for (let i = 0; i < 5; i++) {
      const x = randn([4, 3], { requiresGrad: true });
      const output = model.forward(x) as Tensor;
      const [slope] = grad(output.sum(), [x], { createGraph: true });
      optimizer.zeroGrad();
      output.mean().add(slope.square().sum(1).sub(1).square().mean()).backward();
      void optimizer.step();
    }
    return everything(model);
  };
  expect(run()).toEqual(eagerly(run));
});

test('micro-batches add up to the gradient of the big batch', () => {
  manualSeed(4);
  const model = network().eval() as Sequential;
  const [x, y] = [randn([12, 3]).keep(), randn([12, 2]).keep()];
  const gradients = () => [...model.parameters()].flatMap((p) => read(p.grad as Tensor));
  mseLoss(model.forward(x), y).backward();
  const whole = gradients();
  model.zeroGrad();
  for (let i = 0; i < 12; i += 4)
    mseLoss(model.forward(x.slice(0, i, i + 4)), y.slice(0, i, i + 4))
      .div(3)
      .backward();
  gradients().forEach((g, i) => expect(g).toBeCloseTo(whole[i], 5));
});

test('gradients can be read and changed between backward and step, and a step be left out', async () => {
  const clip = async (limit: number) => {
    manualSeed(6);
    const model = new Linear(3, 2);
    const optimizer = new SGD(model, { lr: 1 });
    const before = everything(model);
    mseLoss(model.forward(randn([4, 3])), randn([4, 2])).backward();
    const parameters = [...model.parameters()];
    const norms = noGrad(() => parameters.map((p) => (p.grad as Tensor).square().sum()));
    const norm = Math.sqrt(norms.reduce((sum, t) => sum + t.itemSync(), 0));
    for (const p of parameters) p.grad = (p.grad as Tensor).mul(Math.min(1, limit / norm));
    if (limit > 0) await optimizer.step();
    const moved = everything(model).flatMap((list, k) => list.map((v, i) => v - before[k][i]));
    return Math.hypot(...moved);
  };
  expect(await clip(0)).toBe(0);
  expect(await clip(0.25)).toBeCloseTo(0.25, 5);
});

test('dropout that is computed again draws the same mask', () => {
  manualSeed(7);
  const dropout = new Dropout(0.5);
  const hidden = dropout.forward(tensor(new Float32Array(64).fill(1))) as Tensor;
  const [sum, twice] = [hidden.sum().itemSync(), hidden.mul(2)];
  expect(twice.sum().itemSync()).toBe(2 * sum);
});

/** How many nodes a tensor holds alive. */
function held(t: Tensor): number {
  const seen = new Set<Node>();
  const open = [t.node];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...node.inputs, ...node.tracked, ...(node.replaces ? [node.replaces] : []));
  }
  return seen.size;
}

describe('nothing grows in a loop that never reads', () => {
  const [x, y] = [tensor([[1, 2, 3]]), tensor([[1, 0]])]; // prettier-ignore
  const loops: Record<string, (model: Linear, optimizer: SGD) => Tensor> = {
    'a total of losses, added before backward': (model, optimizer) => {
      let total = tensor(0);
      for (let i = 0; i < 5000; i++) {
        const loss = mseLoss(model.forward(x), y);
        total = total.add(loss);
        optimizer.zeroGrad();
        loss.backward();
        void optimizer.step();
      }
      return total;
    },
    'a total of losses, added in parts after the step': (model, optimizer) => {
      let total = tensor(0);
      for (let i = 0; i < 5000; i++) {
        const loss = mseLoss(model.forward(x), y);
        optimizer.zeroGrad();
        loss.backward();
        void optimizer.step();
        total = total.add(loss.mul(0.5).add(1));
      }
      return total;
    },
    'a total of losses that are looked at before backward': (model, optimizer) => {
      let total = tensor(0);
      for (let i = 0; i < 2000; i++) {
        const loss = mseLoss(model.forward(x), y);
        total = total.add(loss.mul(0.5));
        loss.itemSync();
        optimizer.zeroGrad();
        loss.backward();
        void optimizer.step();
      }
      return total;
    },
    'an average of parameters': (model, optimizer) => {
      let average = (model.weight as Tensor).detach();
      for (let i = 0; i < 2000; i++) {
        optimizer.zeroGrad();
        mseLoss(model.forward(x), y).backward();
        void optimizer.step();
        average = average.mul(0.9).add((model.weight as Tensor).detach().mul(0.1));
      }
      return average;
    },
    'evaluation without gradients': (model) => {
      let total = tensor(0);
      for (let i = 0; i < 5000; i++) total = noGrad(() => total.add(mseLoss(model.forward(x), y)));
      return total;
    },
    'a state that is turned, detached and assigned': (model, optimizer) => {
      let state = tensor([[1, 2], [3, 4]]); // prettier-ignore
      const buffer = new Buffer(tensor([[0, 0], [0, 0]])) as Tensor; // prettier-ignore
      for (let i = 0; i < 2000; i++) {
        optimizer.zeroGrad();
        mseLoss(model.forward(x), y)
          .add(state.mul(model.weight.slice(1, 0, 2) as Tensor).mean())
          .backward();
        void optimizer.step();
        state = state.transpose().detach().tanh().transpose();
        buffer.assign(0);
        buffer.assign(state);
      }
      keep(state);
      return buffer;
    },
    'plain sums': () => {
      let total = tensor([1]);
      for (let i = 0; i < 50_000; i++) total = total.add(1);
      return total;
    },
  };
  test.each(Object.entries(loops))('%s', (_, loop) => {
    manualSeed(8);
    const model = new Linear(3, 2);
    const result = loop(model, new SGD(model, { lr: 0.01 }));
    const nodes = held(result) + held(model.weight as Tensor);
    expect(nodes).toBeLessThan(20_100); // at most what the next evaluation, that nobody asks for, is waiting for
    expect(read(result).every(Number.isFinite)).toBe(true);
    expect(held(result) + held(model.weight as Tensor)).toBeLessThan(50);
  });
});
