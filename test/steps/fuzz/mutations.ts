import { Value } from './eager';
import { Entry, type Box } from './ledger';
import type { World } from './world';

/** The box's next version on the oracle's side. */
function version(box: Box, data: Float64Array, inputs: readonly Entry[]): Entry {
  const { dims, leaf, requiresGrad } = box.current.value;
  const value = new Value(data, dims);
  [value.leaf, value.requiresGrad] = [leaf, requiresGrad];
  return new Entry(value, null, inputs, []);
}

/** Gives a parameter or buffer the value of something in the pool. */
export function assign(world: World): void {
  const box = world.random.pick(world.boxes);
  const dims = box.current.value.dims.join();
  const fitting = world.pool.filter(({ value, tensor }) => value.dims.join() === dims && tensor !== null);
  if (fitting.length === 0) return;
  const entry = world.random.pick(fitting);
  world.note('assign', entry, 'to', box.current);
  if (world.attempt(!world.ledger.isComputable(entry), () => box.tensor.assign(entry.tensor!)))
    world.ledger.assign(box, version(box, entry.value.data, [entry]));
}

const largest = (x: Value) => x.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** A step of descent on everything that has a gradient, committed together. */
export function step(world: World): void {
  const moving = world.boxes.filter(({ grad }) => grad !== null);
  const rates = moving.map(({ grad }) => world.random.pick([0.5, 0.1, 0.01]) / (1 + largest(grad!)));
  const next = moving.map(({ current, grad }, i) => current.value.data.map((v, k) => v - rates[i] * grad!.data[k]));
  const { noGrad, commit } = world.settings.decograd;
  const pairs = () => moving.map(({ tensor }, i) => [tensor, tensor.sub(tensor.grad!.mul(rates[i]))] as const);
  world.note('step', ...moving.map(({ current }) => current));
  if (world.doomed) return void world.evaluation(() => noGrad(() => commit(pairs())));
  noGrad(() => commit(pairs()));
  moving.forEach((box, i) => world.ledger.assign(box, version(box, next[i], [box.current])));
  world.ledger.evaluated();
}

/** Records something that can only be found wrong when it is computed. */
export function doom(world: World): void {
  if (world.settings.safe) return;
  const { tensor } = world.settings.decograd;
  tensor([1, 2, 3]).indexSelect(0, tensor([1]).mul(9).int());
  world.note('doom');
  world.doomed = true;
}
