import type { Tensor } from 'decograd';
import * as eager from './eager';
import { Entry } from './ledger';
import { binaryNames, operation, unaryNames } from './operations';
import { makeLeaf, type World } from './world';

/** A random operation on random operands. */
export function compute(world: World): Entry | null {
  const operands = [world.operand(), world.operand()];
  const name = world.random.pick(world.random.chance(0.5) ? binaryNames : unaryNames);
  return apply(world, name, operands.slice(0, binaryNames.includes(name) ? 2 : 1));
}

/** The named operation on both sides; null where it does not fit, or where the library refused. */
export function apply(world: World, name: string, operands: readonly Entry[]): Entry | null {
  const made = operation(name, world.random, operands.map((x) => x.value)); // prettier-ignore
  if (made === null) return null;
  const inputs = operands.slice(0, made.arity);
  const value = made.eager(inputs.map((x) => x.value));
  world.note(made.name, ...inputs);
  const tensor = record(world, inputs, (tensors) => made.lib(tensors));
  if (tensor === null) return null;
  if (tensor.requiresGrad !== value.requiresGrad)
    throw new Error(`${made.name}: requiresGrad is ${tensor.requiresGrad}`);
  const entry = new Entry(value, tensor, inputs, [], made.isView);
  const flows = inputs.map((x) => value.tracked.includes(x.value));
  if (value.requiresGrad) for (const i of made.needs?.(flows) ?? []) entry.needs.push(i < 0 ? entry : inputs[i]);
  world.note('->', entry);
  world.pool.push(world.ledger.record(entry));
  return entry;
}

/** The same operations twice, reading each other's results the other way round. */
export function swap(world: World): void {
  const entry = world.operand();
  for (const turned of [false, true]) {
    const parts = ['tanh', 'shift'].map((name) => apply(world, name, [entry]));
    if (parts.includes(null)) return;
    apply(world, 'sub', (turned ? parts.reverse() : parts) as Entry[]);
    world.flush();
  }
}

/** Lets the library record something about these entries. */
function record(world: World, inputs: readonly Entry[], fn: (tensors: readonly Tensor[]) => Tensor): Tensor | null {
  const tensors = inputs.map((x) => world.tensorOf(x));
  if (tensors.includes(null)) return null;
  let made: Tensor | null = null;
  const may = !inputs.every((x) => world.ledger.isComputable(x));
  world.attempt(may, () => (made = fn(tensors as Tensor[])));
  return made;
}

/** Cuts something off the graph, and now and then makes it a leaf of another one. */
export function detach(world: World): void {
  const entry = world.operand();
  const tensor = record(world, [entry], ([x]) => x.detach());
  if (tensor === null) return;
  const copy = new Entry(eager.detach(entry.value), tensor, [entry], []);
  world.note('detach', entry, '->', copy);
  world.pool.push(world.ledger.record(copy));
  if (world.random.chance(0.7)) return;
  tensor.requiresGrad = true;
  copy.kept = true;
  makeLeaf(copy);
}

export function keep(world: World): void {
  const entry = world.operand();
  const tensor = world.tensorOf(entry);
  if (tensor === null) return;
  world.note('keep', entry);
  if (world.attempt(!world.ledger.isComputable(entry), () => tensor.keep())) world.ledger.keep(entry);
}
