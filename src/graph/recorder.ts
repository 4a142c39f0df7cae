import type { ComputeType, TypedArray } from '../core/dtype';
import { DeviceError, ValueError } from '../core/errors';
import { shapeOf, showShape, type Shape } from '../core/shape';
import { dataOp, Node, noAttrs, scalarOp, tracks, type Attrs, type Op } from './node';

/** What one device has recorded and not yet evaluated. */
export interface Recorder {
  pending: Node[];
}

const recorders = new Map<string, Recorder>();
let defaultDevice = 'reference';
/** An evaluation that nobody asked for comes when this many nodes wait. */
export const nodeLimit = 20_000;
let overflow: (device: string) => void = () => undefined;

export function recorderOf(device: string): Recorder {
  let found = recorders.get(device);
  if (found === undefined) recorders.set(device, (found = { pending: [] }));
  return found;
}

export function currentDevice(): string {
  return defaultDevice;
}
export function setCurrentDevice(name: string): void {
  defaultDevice = name;
}

/** Called by the planner: how to evaluate a device whose list has grown too long. */
export function onOverflow(fn: (device: string) => void): void {
  overflow = fn;
}

/** Deferred chains stay short, so that none grows through a long loop. */
const deferredLevels = 8;

/** Records one operation; its value is fixed now, whenever it is computed. */
export function record(op: Op, inputs: readonly Node[], attrs: Attrs, shape: Shape, dtype: ComputeType): Node {
  const device = deviceOf((attrs.value as { name?: string } | null)?.name ?? op.name, inputs);
  const node = new Node(op, inputs, attrs, shape, dtype, device, tracks(op, inputs, dtype));
  let deferred = true;
  for (const input of inputs) {
    if (!(input instanceof Node)) throw otherCopy(op.name);
    input.uses++;
    if (!input.deferred) deferred = false;
  }
  if (deferred && isShallow(node)) node.deferred = true;
  else enqueue(node);
  return node;
}

function otherCopy(op: string): ValueError {
  return new ValueError(
    `${op}: an operand belongs to another copy of decograd in this process, and neither copy can read the other's ` +
      'values; load the library once: import it everywhere, or require it everywhere',
  );
}

function isShallow(node: Node): boolean {
  node.level = 1;
  for (const input of node.inputs) node.level = Math.max(node.level, input.level + 1);
  return node.level <= deferredLevels;
}

function enqueue(node: Node): void {
  const { pending } = recorderOf(node.device);
  pending.push(node);
  if (pending.length > nodeLimit) overflow(node.device);
}

/** The device all inputs live on; scalars live everywhere. */
function deviceOf(op: string, inputs: readonly Node[]): string {
  let device: string | undefined;
  for (const input of inputs) {
    if (input.op === scalarOp || input.device === device) continue;
    if (device !== undefined)
      throw new DeviceError(
        `${op}: one operand ${showShape(inputs[0]!.shape)} is on ${device}, another ${showShape(input.shape)} on ${input.device}; move one with .to('${device}')`,
      );
    device = input.device;
  }
  return device ?? defaultDevice;
}

/** A leaf that holds `data`, which nobody else may change any more. */
export function dataNode(data: TypedArray, shape: Shape, dtype: ComputeType, device = defaultDevice): Node {
  const node = new Node(dataOp, [], noAttrs, shape, dtype, device, false);
  node.cell = { data, resident: null };
  return node;
}

const scalarShape = shapeOf([]);

/** A JavaScript number: bound at run time, so that a changing learning rate compiles nothing. */
export function scalarNode(value: number, dtype: ComputeType): Node {
  const node = new Node(scalarOp, [], noAttrs, scalarShape, dtype, '', false, value);
  node.deferred = true;
  return node;
}

/** The value of a node whose data lies at hand in an array, without any evaluation. */
export function dataAtHand(node: Node): TypedArray | null {
  return node.cell?.data ?? null;
}
