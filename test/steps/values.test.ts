import {
  commit,
  evaluateSync,
  grad,
  Module,
  module,
  noGrad,
  Parameter,
  randn,
  SGD,
  StaleError,
  tensor,
  withDevice,
  type Tensor,
} from 'decograd';
import { Buffer } from 'decograd';
import { expect, test } from 'vitest';

/** What becomes of values when parameters change: the rule, case by case. */

const read = (t: Tensor) => [...t.dataSync()];
const parameter = (...values: number[]) => new Parameter(tensor(values)) as Tensor & Parameter;
const step = (...parameters: Parameter[]) => new SGD(parameters, { lr: 1 }).step();

@module
class Scale extends Module {
  factor = new Parameter(tensor([2, 3]));
  hidden: Tensor | null = null;
  forward(x: Tensor): Tensor {
    this.hidden = x.mul(this.factor);
    return this.hidden.add(1);
  }
}

test('loss, output and gradients stay readable after a step', async () => {
  const model = new Scale();
  const output = model.forward(tensor([1, 10]));
  const loss = output.square().sum();
  loss.backward();
  const gradient = model.factor.grad as Tensor;
  await step(model.factor);
  expect([read(loss), read(output), read(gradient)]).toEqual([[9 + 961], [3, 31], [6, 620]]);
});

test('an intermediate value is refused after a step, by an error that names keep()', async () => {
  const model = new Scale();
  model.factor.label = 'factor';
  model
    .forward(tensor([1, 10]))
    .sum()
    .backward();
  expect(read(model.hidden!)).toEqual([2, 30]); // read before the change, it is there for good
  model
    .forward(tensor([1, 10]))
    .sum()
    .backward();
  await step(model.factor);
  await expect(model.hidden!.data()).rejects.toThrow(StaleError);
  expect(() => read(model.hidden!)).toThrow(/factor \[2\] would be needed as it was before it changed.*keep\(\)/s);
});

test.each(['while it waits', 'after it was evaluated'])('keep() called %s keeps a value', async (when) => {
  const w = parameter(1, 2);
  const hidden = w.mul(3);
  if (when === 'while it waits') hidden.keep();
  hidden.sum().backward();
  if (when === 'after it was evaluated') hidden.keep();
  await step(w);
  expect(read(hidden)).toEqual([3, 6]);
});

test('what is made of a refused value is refused where it is made, and disturbs nothing else', async () => {
  const w = parameter(1, 2);
  const hidden = w.mul(3);
  hidden.sum().backward();
  await step(w);
  const waiting = w.add(1);
  expect(() => hidden.mul(2)).toThrow(StaleError);
  expect(() => hidden.keep()).toThrow(StaleError);
  expect(() => hidden.dataSync()).toThrow(StaleError);
  expect(() => w.assign(hidden)).toThrow(StaleError);
  expect(read(waiting)).toEqual([-1, 0]);
});

test('a product recorded before a step has the parameter as it was', async () => {
  const w = parameter(1, 2);
  w.mul(5).sum().backward();
  const product = w.mul(10);
  await step(w);
  expect([read(product), read(w)]).toEqual([[10, 20], [-4, -3]]); // prettier-ignore
});

test('walking back through an overwritten parameter is refused, and changes no gradient', async () => {
  const [w, x] = [parameter(1, 2), parameter(5, 5)];
  const old = w.mul(x).sum();
  w.sum().backward();
  await step(w);
  expect(() => old.backward()).toThrow(StaleError);
  expect(x.grad).toBeNull();
  expect(read(old)).toEqual([15]);
});

test('what derivatives read is kept until they have read it', async () => {
  const w = parameter(0.5, 1);
  const loss = w.tanh().sum(); // the derivative of tanh reads its output
  evaluateSync([loss]);
  w.sum().backward();
  await step(w);
  loss.backward();
  expect(read(w.grad!)).toEqual([1, 1].map((g, i) => Math.fround(g + Math.fround(1 - Math.tanh([0.5, 1][i]) ** 2))).map((g) => expect.closeTo(g, 6))); // prettier-ignore
});

test('a value is that of the moment when it was asked for', async () => {
  const w = parameter(1, 2);
  const before = w.data();
  const product = w.mul(2).sum();
  const total = product.item();
  product.add(1); // consumed, but asked for
  noGrad(() => w.assign(tensor([7, 8])));
  expect([[...(await before)], await total, await w.toArray()]).toEqual([[1, 2], 6, [7, 8]]);
});

test('a caller may go on to use the array that he gave', () => {
  const batch = Float32Array.of(1, 2);
  const x = tensor(batch);
  const product = x.mul(2);
  batch.fill(9);
  expect([read(x), read(product)]).toEqual([[1, 2], [2, 4]]); // prettier-ignore
  product.dataSync().fill(9);
  expect(read(product)).toEqual([2, 4]);
});

test('values that are equal by chance are still kept one by one', async () => {
  const w = parameter(1, 2);
  const hidden = w.mul(3);
  const same = hidden.reshape([2]); // the same elements in the same order: no operation is needed
  hidden.sum().backward();
  const [view, loss] = [w.reshape([2]), w.sum()];
  loss.backward();
  await step(w);
  expect([read(same), read(view)]).toEqual([[3, 6], [1, 2]]); // prettier-ignore
});

test('a parameter used twice, and one used before and after a change, collect all their gradients', () => {
  const w = parameter(1, 2);
  const first = w.mul(3);
  w.assign(tensor([10, 10]));
  first.mul(w).sum().backward();
  expect(read(w.grad!)).toEqual([33, 36]); // 3 times the new value, and 3 times the old
  expect(read(grad(w.mul(w).sum(), [w])[0])).toEqual([20, 20]);
  const second = w.mul(3);
  w.assign(tensor([1, 2]));
  expect(read(grad(second.mul(w).sum(), [w])[0])).toEqual([33, 36]);
});

test('whether gradients flow is fixed when an operation is recorded', () => {
  const [w, x] = [parameter(1, 2), parameter(3, 4)];
  const tracked = w.mul(x).sum();
  w.requiresGrad = false;
  const frozen = w.mul(x).sum();
  w.requiresGrad = true;
  frozen.backward();
  expect([w.grad, read(x.grad!)]).toEqual([null, [1, 2]]);
  tracked.backward();
  expect([read(w.grad!), read(x.grad!)]).toEqual([[3, 4], [2, 4]]); // prettier-ignore
});

test('a computed tensor without gradients can be made a leaf, evaluated or not', () => {
  for (const evaluated of [false, true]) {
    const x = tensor([1, 2]).mul(3);
    const other = x.reshape([2]);
    if (evaluated) evaluateSync([x]);
    x.requiresGrad = true;
    other.mul(2);
    x.square().sum().backward();
    expect([read(x.grad!), other.requiresGrad]).toEqual([[6, 12], false]);
    expect(() => (x.mul(2).requiresGrad = false)).toThrow('leaf tensors only');
  }
});

test('values committed together are taken from before', () => {
  const [a, b] = [new Buffer(tensor([1])) as Tensor, new Buffer(tensor([2])) as Tensor];
  commit([[a, b], [b, a]]); // prettier-ignore
  expect([read(a), read(b)]).toEqual([[2], [1]]);
});

test('all is committed, or nothing', () => {
  const [a, b] = [new Buffer(tensor([1])) as Tensor, new Buffer(tensor([2])) as Tensor];
  expect(() => commit([[a, tensor([5])], [b, tensor([1, 2])]])).toThrow('assign'); // prettier-ignore
  expect([read(a), read(b)]).toEqual([[1], [2]]);
});

test('parameters off the current device are walked, assigned and stepped where they are', async () => {
  const w = withDevice('reference', () => parameter(1, 2));
  const loss = w.square().sum();
  loss.backward();
  await new SGD([w], { lr: 1, momentum: 0.5 }).step();
  expect([w.device, read(w)]).toEqual(['reference', [-1, -2]]);
  w.assign(0);
  expect(read(w)).toEqual([0, 0]);
});

test('a print changes no bit, however a kernel adds up', () => {
  const x = randn([40, 30]).keep();
  const run = (print: boolean) => {
    const turned = x.tanh().transpose();
    if (print) String(turned);
    return [turned.sum(0), turned.sum(1), turned.matmul(x.slice(1, 0, 1)), turned.mean()].map(read);
  };
  expect(run(true)).toEqual(run(false));
});

test('a tensor that a parameter was made from keeps its value while the parameter is trained', async () => {
  const given = tensor([1, 2]);
  const w = new Parameter(given) as Tensor & Parameter;
  const twin = new Parameter(w as Tensor);
  for (let i = 0; i < 3; i++) {
    w.grad = null;
    w.square().sum().backward();
    await new SGD([w], { lr: 0.25 }).step();
  }
  expect([read(given), read(twin as Tensor), read(w)]).toEqual([[1, 2], [1, 2], [0.125, 0.25]]); // prettier-ignore
});

test('a gradient that somebody holds keeps its value while the next ones are collected', () => {
  const w = new Parameter(tensor([1, 2])) as Tensor & Parameter;
  const collected = (factor: number): void => {
    w.grad = null;
    w.mul(factor).sum().backward();
  };
  collected(2);
  const held = w.grad!;
  collected(3);
  collected(4);
  const later = w.grad!;
  collected(5);
  expect([read(held), read(later), read(w.grad!)]).toEqual([[2, 2], [4, 4], [5, 5]]); // prettier-ignore
});
