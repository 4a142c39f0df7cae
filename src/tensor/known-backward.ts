import type { Backend } from '../backend/backend';
import type { Node } from '../graph/node';
import { valueLike, waitingOn } from '../graph/recorder';
import { backendOf, reach, repeat, repeatable, sign, signatureOf, StructureCache, type Evaluation, type Repeatable, type Signature } from '../plan'; // prettier-ignore
import { releasing } from './release';
import type { Tensor } from './tensor';

/**
 * Backward passes by the structure of what they went through. A training step records the same forward again and again; the
 * gradients of one whose like was walked before need not be recorded: the program that computed both runs on the new values.
 * What rules of differentiation make depends on the structure alone, never on values. Whatever this does not hold for, such as
 * a graph that was computed in part before, is no setting, and is walked.
 */

/** The sum of the loss and of the gradients of these leaves, computed with them. */
export interface Watched {
  readonly loss: Tensor;
  readonly leaves: readonly Tensor[];
}

/** What a backward pass begins with. */
export interface Setting {
  /** All that its device has recorded, inputs first. */
  readonly recorded: readonly Node[];
  /** Overwritten by the next. */
  readonly signature: Signature;
  /** Whether a value is watched. */
  readonly isWatched: boolean;
}

/** A pass that was made: by place in what was recorded, which leaves got gradients, and what was walked through. */
export interface KnownBackward {
  readonly program: Repeatable;
  readonly leaves: readonly number[];
  readonly walked: readonly number[];
}

const caches = new WeakMap<Backend, StructureCache<KnownBackward | null>>();

/** The passes that were made on the device; null for a structure whose passes cannot be made again. */
export function knownOn(device: string): StructureCache<KnownBackward | null> {
  const backend = backendOf(device);
  let cache = caches.get(backend);
  if (cache === undefined) caches.set(backend, (cache = new StructureCache()));
  return cache;
}

/** What the pass from `root` begins with, if all that it depends on can be told from that. */
export function settingOf(root: Node, watched: Watched | undefined): Setting | null {
  if (!root.requiresGrad || root.shape.size !== 1) return null;
  const recorded = reach(waitingOn(root.device), [root]);
  if (!isAmong(recorded, root) || (watched && !isAmong(recorded, watched.loss.node))) return null;
  for (const node of recorded) if (!isPlain(node, recorded)) return null;
  const signature = signatureOf(recorded, signPass, { recorded, root, watched });
  return { recorded, signature, isWatched: watched !== undefined };
}

/** What the signature of a setting says beyond the computation itself. */
function signPass({ recorded, root, watched }: { recorded: readonly Node[]; root: Node; watched?: Watched }): void {
  for (const node of recorded) signGradients(node);
  sign(root.place);
  if (watched !== undefined) sign(watched.loss.node.place);
  for (const { node } of watched?.leaves ?? []) sign(isAmong(recorded, node) ? node.place : -1);
  sign(recorded.length); // says where the computation ends and the rest begins: no two settings are written alike
}

const isAmong = (recorded: readonly Node[], node: Node): boolean => recorded[node.place] === node;

/** Whether what backward does at the node follows from the signature. */
function isPlain(node: Node, recorded: readonly Node[]): boolean {
  const { owner, tracked, cell } = node;
  if (owner !== null) return isPlainLeaf(node, owner as Tensor, recorded);
  if (node.stale !== null && cell === null && node.pins === 0) return false;
  return tracked.length === 0 || (!node.given && !node.released);
}

/** An earlier version of a leaf is none, nor is one whose gradient so far came from elsewhere, or is read here too. */
function isPlainLeaf(node: Node, leaf: Tensor, recorded: readonly Node[]): boolean {
  if (leaf.node !== node || (node.stale !== null && node.cell === null)) return false;
  const { value, isOwn } = leaf.collected;
  if (value === null) return true;
  return isOwn && value.node.cell !== null && value.device === node.device && !isAmong(recorded, value.node);
}

/** What derivatives, and what is kept, depend on beyond the computation itself. */
function signGradients(node: Node): void {
  const { tracked, inputs, owner } = node;
  const flows = tracked.length === 0 ? 0 : tracked.length === inputs.length ? 1 : 2;
  const state = Number(node.recipe) + (node.cell === null ? 0 : 2) + (owner === null ? 0 : 4);
  sign(flows + (node.requiresGrad ? 4 : 0) + (node.uses === 0 ? 8 : 0) + 16 * state);
  if (owner !== null) sign(leafWord(owner as Tensor));
  if (flows < 2) return;
  sign(tracked.length);
  for (const input of tracked) sign(input.place);
}
const leafWord = (leaf: Tensor): number => Number(leaf.requiresGrad) + (totalOf(leaf) ? 2 : 0);

/** The gradient that the leaf has so far. */
const totalOf = (leaf: Tensor): Node | undefined => leaf.collected.value?.node;

/** The gradients that leaves have before the pass. */
export function totalsSoFar({ recorded }: Setting): ReadonlyMap<Tensor, Node> {
  const leaves = recorded.flatMap(({ owner }) => (owner === null ? [] : [owner as Tensor]));
  return new Map(leaves.flatMap((leaf) => (leaf.collected.value === null ? [] : [[leaf, leaf.collected.value.node]])));
}

/** What a walk recorded and evaluated. */
export interface Walk {
  readonly order: readonly Node[];
  readonly grads: ReadonlyMap<Tensor, Node>;
  readonly probe: Node | undefined;
  readonly evaluation: Evaluation | null;
}

/**
 * What of a walk is to be known for its like.
 * @param before the gradients that its leaves had
 */
export function knownFrom(
  { recorded }: Setting,
  { order, grads, probe, evaluation }: Walk,
  before: ReadonlyMap<Tensor, Node>,
): KnownBackward | null {
  if (evaluation === null) return null;
  const places = new Map(recorded.map((node, place) => [node, place]));
  const others = [...grads].flatMap(([leaf, total]) => [before.get(leaf) ?? total, total]);
  const program = repeatable(evaluation, [...recorded, ...others, ...(probe ? [probe] : [])]);
  const placesOf = (nodes: readonly Node[]): number[] => nodes.map((node) => places.get(node) ?? -1);
  const leaves = placesOf([...grads.keys()].map(({ node }) => node));
  const walked = placesOf(order.filter(({ owner }) => owner === null));
  return program === null || [...leaves, ...walked].includes(-1) ? null : { program, leaves, walked };
}

/** The leaves that will get gradients. */
export function leavesOf({ leaves }: KnownBackward, { recorded }: Setting): Tensor[] {
  const found: Tensor[] = [];
  for (const place of leaves) found.push(recorded[place].owner as Tensor);
  return found;
}

/** Makes the pass again; returns the value that is watched, if one is. */
export function repeatBackward(known: KnownBackward, setting: Setting, root: Node): Node | undefined {
  const { recorded, isWatched } = setting;
  const others: Node[] = [];
  const totals: Node[] = [];
  const walked: Node[] = [];
  const leaves = leavesOf(known, setting);
  for (const leaf of leaves) {
    const total = valueLike(leaf.node);
    leaf.collected.recycle(total);
    totals.push(total);
    others.push(totalOf(leaf) ?? total, total);
  }
  const probe = isWatched ? valueLike(root) : undefined;
  if (probe !== undefined) others.push(probe);
  for (const place of known.walked) walked.push(recorded[place]);
  releasing(walked, () => repeat(root.device, known.program, recorded, others));
  for (let i = 0; i < leaves.length; i++) leaves[i].collected.collect(totals[i]);
  return probe;
}
