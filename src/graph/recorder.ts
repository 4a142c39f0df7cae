import type { ComputeType, TypedArray } from '../core/dtype';
import { DeviceError } from '../core/errors';
import { shapeOf, showShape, type Shape } from '../core/shape';
import { ensureFresh } from './freshness';
import { dataOp, Node, noAttrs, scalarOp, type Attrs, type Cell, type Op } from './node';

/** What each device has recorded and not yet evaluated. */
const lists = new Map<string, Node[]>();
let defaultDevice = 'reference';
/** How many nodes have been recorded; each node carries the number of its turn. */
let recorded = 0;

export function currentDevice(): string {
  return defaultDevice;
}
export function setCurrentDevice(name: string): void {
  defaultDevice = name;
}

/** Runs `fn` with another current device. */
export function onDevice<T>(name: string, fn: () => T): T {
  const before = defaultDevice;
  defaultDevice = name;
  try {
    return fn();
  } finally {
    defaultDevice = before;
  }
}

/** The devices on which something waits to be evaluated. */
export function devicesWaiting(): string[] {
  return [...lists.keys()].filter((device) => lists.get(device)!.length > 0);
}

/** What waits on the device. */
export function waitingOn(device: string): readonly Node[] {
  return lists.get(device) ?? [];
}

/** What waits on the device; from now on nothing does. */
export function takeWaiting(device: string): readonly Node[] {
  const taken = waitingOn(device);
  if (taken.length > 0) lists.set(device, []);
  return taken;
}

let nodeLimit = 20_000;
let overflow: (device: string, waiting: readonly Node[]) => void = () => undefined;
/** Recordings under way that no evaluation may split. */
let whole = 0;

/** An evaluation that nobody asked for comes when more than this many nodes wait; returns the limit before. */
export function limitNodes(limit: number): number {
  const before = nodeLimit;
  nodeLimit = limit;
  return before;
}
/** Called by the planner: how to evaluate a device whose list has grown too long. */
export function onOverflow(fn: typeof overflow): void {
  overflow = fn;
}

/** Puts the node at the end of its device's list. */
export function enqueue(node: Node): void {
  let waiting = lists.get(node.device);
  if (waiting === undefined) lists.set(node.device, (waiting = []));
  node.serial = ++recorded;
  node.recipe = false;
  node.deferral = -1;
  waiting.push(node);
  if (waiting.length > nodeLimit && whole === 0) overflow(node.device, waiting);
}

/** A moment in the recording, for `forgetSince`. */
export function now(): number {
  return recorded;
}

/** Takes back what was recorded since, except new versions and what somebody asked for. */
export function forgetSince(moment: number): void {
  for (const [device, waiting] of lists) {
    const keeps = (node: Node) => node.serial <= moment || node.resident || node.pins > 0;
    for (const node of waiting) if (!keeps(node)) forget(node);
    lists.set(device, waiting.filter(keeps)); // prettier-ignore
  }
}

function forget(node: Node): void {
  node.recipe = true;
  // what nobody else reads may still be held, and gradients to come do not change that
  for (const input of node.inputs) if (--input.uses === 0 && input.cell === null) input.keep = true;
}

/** Records all that `fn` records or, where it throws, nothing; no evaluation that nobody asked for comes in between. */
export function atomically<T>(fn: () => T): T {
  const start = now();
  whole++;
  try {
    return fn();
  } catch (error) {
    forgetSince(start);
    throw error;
  } finally {
    whole--;
  }
}

/** Deferred chains stay as short as this, so that none grows through a long loop. */
const deferredChain = 8;

/** Records one operation; its value is fixed now, whenever it is computed. */
export function record(op: Op, inputs: readonly Node[], attrs: Attrs, shape: Shape, dtype: ComputeType): Node {
  let device = '';
  let deferral = 0;
  for (const input of inputs) {
    if (input.recipe) ensureFresh(input);
    if (input.op !== scalarOp && input.device !== device) {
      if (device !== '') throw mixed(attrs, op, inputs, device, input);
      device = input.device;
    }
    deferral = input.deferral < 0 || input.resident ? deferredChain : Math.max(deferral, input.deferral);
  }
  for (const input of inputs) input.uses++;
  const node = new Node(op, inputs, attrs, shape, dtype, device === '' ? defaultDevice : device);
  if (deferral < deferredChain) node.deferral = deferral + 1;
  else enqueue(node);
  return node;
}

function mixed(attrs: Attrs, op: Op, inputs: readonly Node[], device: string, other: Node): DeviceError {
  const name = (attrs.value as { name?: string } | null)?.name ?? op.name;
  return new DeviceError(
    `${name}: one operand ${showShape(inputs[0].shape)} is on ${device}, another ${showShape(other.shape)} on ` +
      `${other.device}; move one with .to('${device}')`,
  );
}

/** A leaf that holds `data`, which nobody else may change any more. */
export function dataNode(data: TypedArray, shape: Shape, dtype: ComputeType, device = defaultDevice): Node {
  const node = new Node(dataOp, nothing, noAttrs, shape, dtype, device);
  node.cell = { data, resident: null };
  return node;
}

/** A leaf like the node, whose value an evaluation will hand out. */
export function valueLike({ shape, dtype, device }: Node): Node {
  const node = new Node(dataOp, nothing, noAttrs, shape, dtype, device);
  node.keep = true;
  return node;
}

/** A leaf whose data is on its way from a device that takes time: it has no value until `arrivals` is over. */
export function arrivingNode(data: Promise<TypedArray>, like: Node, device: string): Node {
  const node = new Node(dataOp, nothing, noAttrs, like.shape, like.dtype, device);
  const cell: Cell = { data: null, resident: null };
  node.cell = cell;
  const arrival = data.then((values) => void (cell.data = values));
  underWay.add(arrival);
  const end = () => void underWay.delete(arrival);
  arrival.then(end, end);
  return node;
}

const underWay = new Set<Promise<void>>();

/** Until when values are on their way; null where none are. It rejects with what went wrong on the way. */
export function arrivals(): Promise<unknown> | null {
  return underWay.size === 0 ? null : Promise.all(underWay);
}

/** The node's cell. @throws DeviceError where its value is still on its way */
export function arrived(node: Node): Cell {
  const cell = node.cell!;
  if (cell.data === null && cell.resident === null)
    throw new DeviceError(
      `a value ${showShape(node.shape)} is still on its way to ${node.device}, or did not arrive: await evaluate(tensor) after to('${node.device}')`,
    );
  return cell;
}

const scalarShape = shapeOf([]);
const nothing: readonly Node[] = [];

/** A JavaScript number: bound at run time, so that a changing learning rate compiles nothing. */
export function scalarNode(value: number, dtype: ComputeType): Node {
  const node = new Node(scalarOp, nothing, { id: noAttrs.id, value }, scalarShape, dtype, '');
  node.deferral = 0;
  return node;
}

/** The value of a node whose data lies at hand in an array, without any evaluation. */
export function dataAtHand(node: Node): TypedArray | null {
  return node.cell?.data ?? null;
}
