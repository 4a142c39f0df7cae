import type { TypedArray } from '../core/dtype';
import { GradientError } from '../core/errors';
import { gradEnabled, withGradMode } from '../core/mode';
import type { Node } from '../graph/node';
import { currentDevice, recorderOf } from '../graph/recorder';
import { evaluate as evaluatePlan } from '../plan';
import type { Tensor } from './tensor';
import { isTensor } from './wrap';

/** Computes the nodes, and everything else their device has recorded. */
export function evaluateNodes(device: string, nodes: readonly Node[]): void {
  evaluatePlan(device, nodes);
}

/** Computes the tensors, of whatever devices, at once. */
export function evaluate(tensors: readonly Tensor[]): void {
  const devices = new Set(tensors.map((t) => t.device));
  for (const device of devices)
    evaluatePlan(
      device,
      tensors.filter((t) => t.device === device).map((t) => t.node),
    );
}

/** A copy of the node's value, computed now if need be. */
export function read(node: Node): TypedArray {
  if (node.cell === null) evaluatePlan(node.device || currentDevice(), [node]);
  const { data, resident } = node.cell!;
  return data ? data.slice() : resident!.read();
}

/** The tensors in a forward's or block's result: itself, or in arrays and plain objects. */
function tensorsIn(value: unknown, found: Tensor[] = []): Tensor[] {
  if (isTensor(value)) found.push(value);
  else if (Array.isArray(value)) for (const item of value) tensorsIn(item, found);
  else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    for (const item of Object.values(value)) tensorsIn(item, found);
  return found;
}

/** Forwards and noGrad blocks under way; only the outermost evaluates. */
let depth = 0;

/** A forward begins; the number to hand back tells how much was recorded before it. */
export function enterForward(): number {
  depth++;
  return recorderOf(currentDevice()).pending.length;
}

/** A forward ended with `output`: the outermost's is kept, and computed where no gradients were recorded. */
export function leaveForward(_token: number, output: unknown): void {
  if (--depth > 0) return;
  const tensors = tensorsIn(output);
  for (const t of tensors) t.node.keep = true;
  if (!gradEnabled() || !tensors.some((t) => t.requiresGrad)) evaluate(tensors);
}

/** A forward threw: what the outermost recorded is dropped, except new versions of parameters and buffers. */
export function failForward(token: number): void {
  if (--depth > 0) return;
  const recorder = recorderOf(currentDevice());
  const since = recorder.pending.slice(token);
  recorder.pending.length = Math.min(token, recorder.pending.length);
  recorder.pending.push(...since.filter((node) => node.resident));
}

/**
 * Runs `fn` without recording what gradients would need, as torch.no_grad. Takes synchronous functions only.
 * @example const prediction = noGrad(() => model.forward(x));
 */
export function noGrad<T>(fn: () => T): T {
  depth++;
  let result: T;
  try {
    result = withGradMode(false, fn);
  } finally {
    depth--;
  }
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new GradientError(
      'noGrad takes a synchronous function: the mode would leak into other code across an await; await outside of it',
    );
  }
  if (depth === 0) evaluateResult(tensorsIn(result));
  return result;
}

function evaluateResult(tensors: readonly Tensor[]): void {
  evaluatePlan(currentDevice());
  evaluate(tensors.filter((t) => t.node.cell === null && !t.node.deferred));
}
