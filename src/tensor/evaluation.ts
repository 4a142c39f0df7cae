import type { TypedArray } from '../core/dtype';
import { GradientError } from '../core/errors';
import { gradEnabled, withGradMode } from '../core/mode';
import type { Node } from '../graph/node';
import { arrivals, arrived, currentDevice, devicesWaiting, forgetSince, now } from '../graph/recorder';
import { pin, unpin } from '../graph/versions';
import { backendOf, evaluate as evaluatePlan, type Evaluation } from '../plan';
import type { Tensor } from './tensor';
import { isTensor } from './wrap';

/** Computes the nodes, and everything else their device has recorded. */
export function evaluateNodes(device: string, nodes: readonly Node[]): Evaluation | null {
  return evaluatePlan(device, nodes);
}

/** What was evaluated, by device. */
export type Evaluations = ReadonlyMap<string, Evaluation | null>;

/** Computes the tensors, of whatever devices, at once. Gives the devices. */
export function evaluate(tensors: readonly Tensor[]): ReadonlySet<string> {
  return new Set(evaluateNoted(tensors).keys());
}

/** The same, and what came of it. */
export function evaluateNoted(tensors: readonly Tensor[]): Evaluations {
  const devices = new Set<string>();
  for (const { device } of tensors) devices.add(device);
  const evaluations = new Map<string, Evaluation | null>();
  for (const device of devices) {
    const here = devices.size === 1 ? tensors : tensors.filter((t) => t.device === device);
    const nodes = here.map((t) => t.node);
    evaluations.set(device, evaluatePlan(device, nodes));
  }
  return evaluations;
}

/** When what was evaluated on these devices has been handed to them, which some take time for. @throws what went wrong there */
export function evaluated(devices: Iterable<string>): Promise<void> {
  const waits: Promise<void>[] = [];
  for (const device of devices) {
    const wait = backendOf(device).done?.();
    if (wait !== undefined) waits.push(wait);
  }
  return waits.length === 0 ? Promise.resolve() : Promise.all(waits).then(() => undefined);
}

/** A copy of the node's value, computed now if need be. */
export function read(node: Node): TypedArray {
  if (node.cell === null) evaluatePlan(node.device || currentDevice(), [node]);
  const { data, resident } = arrived(node);
  return data ? data.slice() : resident!.read();
}

/** The value that the node has now, read in the next microtask: a read never splits a synchronous forward and backward. */
export async function readLater(node: Node): Promise<TypedArray> {
  pin(node);
  try {
    await arrivals();
    if (node.cell === null) evaluatePlan(node.device || currentDevice(), [node]);
    return (await node.cell!.resident?.readLater?.()) ?? read(node);
  } finally {
    unpin(node);
  }
}

/** Forwards and noGrad blocks under way; only the outermost evaluates. */
let forwards = 0;
let blocks = 0;

/** A forward begins; the result is to be handed back when it ends. */
export function enterForward(): number {
  forwards++;
  return now();
}

/** A forward ended with `output`: the outermost's is kept, and computed where no gradients were recorded. */
export function leaveForward(_start: number, output: unknown): void {
  if (--forwards > 0) return;
  const tensors = tensorsIn(output);
  keepResults(tensors);
  if (blocks === 0 && !(gradEnabled() && tensors.some((t) => t.requiresGrad))) evaluateWaiting();
}

/** A forward threw: what the outermost recorded is dropped, except new versions of parameters and buffers. */
export function failForward(start: number): void {
  if (--forwards === 0) forgetSince(start);
}

/**
 * Runs `fn` without recording what gradients would need, as torch.no_grad. Takes synchronous functions only.
 * @example const prediction = noGrad(() => model.forward(x));
 */
export function noGrad<T>(fn: () => T): T {
  blocks++;
  let result: T;
  try {
    result = withGradMode(false, fn);
  } finally {
    blocks--;
  }
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new GradientError(
      'noGrad takes a synchronous function: the mode would leak into other code across an await; await outside of it',
    );
  }
  if (blocks > 0 || forwards > 0) return result;
  keepResults(tensorsIn(result));
  evaluateWaiting();
  return result;
}

/** The tensors in a forward's or block's result: itself, or in arrays and plain objects. */
function tensorsIn(value: unknown, found: Tensor[] = []): Tensor[] {
  if (isTensor(value)) found.push(value);
  else if (Array.isArray(value)) for (const item of value) tensorsIn(item, found);
  else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) tensorsIn(item, found);
  return found;
}

/** What waits to be computed will be kept; what is deferred or a recipe goes on being computed when it is needed. */
function keepResults(tensors: readonly Tensor[]): void {
  for (const { node } of tensors) if (node.deferral < 0 && !node.recipe) node.keep = true;
}

function evaluateWaiting(): void {
  for (const device of devicesWaiting()) evaluatePlan(device);
}
