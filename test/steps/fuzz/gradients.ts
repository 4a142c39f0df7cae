import type { Tensor } from 'decograd';
import { expect } from 'vitest';
import { apply } from './compute';
import * as eager from './eager';
import { gradients, walked, withoutGradients, type Value } from './eager';
import { Entry, type Leaf } from './ledger';
import type { World } from './world';

/** Something to walk back from: one number that gradients flow through. */
function scalar(world: World): Entry | null {
  const candidates = world.pool.filter(({ value, tensor }) => value.requiresGrad && value.leaf === null && tensor);
  let entry: Entry | null = candidates.length === 0 ? null : world.random.pick(candidates.slice(-8));
  while (entry !== null && entry.value.size > 1) entry = apply(world, 'sum', [entry]);
  return entry;
}

export function backward(world: World): void {
  const root = scalar(world);
  if (root === null) return;
  const retainGraph = world.random.chance(0.3);
  const run = () => root.tensor!.backward(undefined, { retainGraph });
  const path = walked(root.value);
  world.note('backward', root, { retainGraph });
  if (path.some((x) => x.released)) return refusesAgain(run);
  if (!walk(world, root, retainGraph ? [] : inner(path), run)) return;
  const found = gradients(root.value, false);
  for (const x of path) if (x.leaf !== null) accumulate(x.leaf, found.get(x));
}

/** What was walked before cannot be walked again. */
function refusesAgain(run: () => void): void {
  expect(run).toThrow('walked before');
}
const inner = (path: readonly Value[]) => path.filter((x) => x.leaf === null);

/** Walks back from the root, with an evaluation, after which these are released; whether it could be done. */
function walk(world: World, root: Entry, releases: readonly Value[], fn: () => void): boolean {
  const may = !world.ledger.isWalkable(root.value);
  let done = false;
  for (const x of releases) x.released = true;
  world.attempt(may, () => (done = world.evaluation(fn, [root])));
  if (!done) for (const x of releases) x.released = false;
  return done;
}

function accumulate(leaf: Leaf, gradient: Value | undefined): void {
  if (gradient === undefined || !leaf.tracks) return;
  const { grad } = leaf;
  leaf.grad = withoutGradients(() => (grad ? eager.add(grad, gradient) : eager.detach(gradient)));
}

/** An input to differentiate by: a leaf, in all its versions, or something on the way. */
interface Wanted {
  readonly tensor: Tensor;
  readonly values: readonly Value[];
}

export function grad(world: World): void {
  const root = scalar(world);
  if (root === null) return;
  const path = walked(root.value);
  const wanted = [...wantedLeaves(world, path), ...wantedInner(world, path)];
  if (wanted.length === 0) return;
  const createGraph = world.random.chance(0.5);
  let results: readonly Tensor[] = [];
  const tensors = wanted.map(({ tensor }) => tensor);
  const run = () => void (results = world.settings.decograd.grad(root.tensor!, tensors, { createGraph }));
  world.note('grad', root, { createGraph });
  if (path.some((x) => x.released)) return refusesAgain(run);
  const done = createGraph
    ? world.attempt(!world.ledger.isWalkable(root.value), run)
    : walk(world, root, leadingTo(wanted, path), run);
  if (done) takeGradients(world, root, wanted, results, createGraph);
}

function wantedLeaves(world: World, path: readonly Value[]): Wanted[] {
  const leaves = new Set(path.flatMap((x) => x.leaf ?? []));
  const chosen = [...leaves].filter(({ tracks }) => tracks && world.random.chance(0.6));
  return chosen.map((leaf) => ({ tensor: leaf.tensor, values: path.filter((x) => x.leaf === leaf) }));
}
function wantedInner(world: World, path: readonly Value[]): Wanted[] {
  const entries = inner(path).flatMap((x) => world.ledger.entries.get(x) ?? []);
  if (entries.length === 0 || world.random.chance(0.7)) return [];
  const { tensor, value } = world.random.pick(entries);
  return tensor === null ? [] : [{ tensor, values: [value] }];
}
/** The inner values of the path that lead to what is wanted: those that are walked. */
function leadingTo(wanted: readonly Wanted[], path: readonly Value[]): Value[] {
  const leads = new Set(wanted.flatMap(({ values }) => values));
  for (const x of inner(path)) if (x.tracked.some((input) => leads.has(input))) leads.add(x);
  return inner(path).filter((x) => leads.has(x));
}

function takeGradients(
  world: World,
  root: Entry,
  wanted: readonly Wanted[],
  results: readonly Tensor[],
  createGraph: boolean,
): void {
  const found = gradients(root.value, createGraph);
  const path = walked(root.value).flatMap((x) => world.ledger.entries.get(x) ?? []);
  const origins = createGraph ? path.flatMap((entry) => [entry, ...entry.inputs]) : [];
  if (createGraph) root.kept = true;
  wanted.forEach(({ values }, i) => {
    const parts = values.flatMap((x) => found.get(x) ?? []);
    const sum = () => eager.reshape(parts.reduce((a, b) => eager.add(a, b)), values[0].dims); // prettier-ignore
    const entry = new Entry(createGraph ? sum() : withoutGradients(sum), results[i], origins, []);
    entry.kept = createGraph;
    world.pool.push(createGraph ? world.ledger.record(entry) : world.ledger.given(entry));
  });
}

/** As a hook does: forgets a gradient, or makes it smaller. */
export function changeGradients(world: World): void {
  const leaves = new Set([...world.ledger.entries.keys()].flatMap(({ leaf }) => (leaf?.grad ? [leaf] : [])));
  if (leaves.size === 0) return;
  if (world.doomed) world.flush();
  const leaf = world.random.pick([...leaves]);
  world.note('change a gradient');
  if (world.random.chance(0.5)) return void (leaf.grad = leaf.tensor.grad = null);
  leaf.tensor.grad = world.settings.decograd.noGrad(() => leaf.tensor.grad!.mul(0.5));
  leaf.grad = withoutGradients(() => eager.scale(leaf.grad!, 0.5));
  if (world.depth === 0) world.flush();
}

/** Freezes a parameter, or thaws it. */
export function freeze(world: World): void {
  const box = world.random.pick(world.boxes.slice(0, 3));
  world.note('freeze or thaw', box.current);
  box.tensor.requiresGrad = box.tracks = box.current.value.requiresGrad = !box.tracks;
}
