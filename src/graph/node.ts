import type { ComputeType, TypedArray } from '../core/dtype';
import { gradEnabled } from '../core/mode';
import type { Shape } from '../core/shape';

/** A gradient that lies within a larger one that is zero elsewhere: at start, start + step, ... along each axis. */
export interface Placed {
  readonly piece: Node;
  readonly start: readonly number[];
  readonly step: readonly number[];
}

/** A gradient that is the matrix product of two others. */
export interface Factors {
  readonly left: Node;
  readonly right: Node;
}

/** What a node does. The primitives in `ops/` fill this in; nothing here knows them. */
export interface Op {
  readonly id: number;
  readonly name: string;
  /** Whether the value is but a look at the first input's elements, in the same or in another order. */
  readonly view?: 'same order' | 'other order';
  /** The gradient for input `i` from the gradient of the output, as new nodes; null where none flows. */
  derivative?(node: Node, gradient: Node, i: number): Node | null;
  /** The same where the op takes a part of its only input: several of these are put together in one pass. */
  placed?(node: Node, gradient: Node): Placed;
  /** The same for input `i` where it is a product of two matrices, or null: several become one product. */
  factors?(node: Node, gradient: Node, i: number): Factors | null;
  /** Which values `derivative` reads: input positions, and -1 for the output. */
  needs?(node: Node): readonly number[];
}

/** Attributes of a node (axes, offsets, an expression), interned: equal ones of one op have one id. */
export interface Attrs {
  readonly id: number;
  readonly value: unknown;
}

/** Memory of an engine that holds one value from one run to the next. */
export interface Resident {
  /** Copies the value out. @throws DeviceError where that takes time: see `readLater` */
  read(): TypedArray;
  /** The same where the value takes time to come. */
  readLater?(): Promise<TypedArray>;
  /** Gives the memory back; the value is gone. */
  release(): void;
  /** Takes the place and the memory of the value that comes after it. */
  become(next: Resident): void;
  /** Gives the memory back once nobody holds the cell any more, or some time after. */
  watch(cell: Cell): void;
}

/** A computed value: an ordinary array, or memory of the engine. */
export interface Cell {
  data: TypedArray | null;
  resident: Resident | null;
  /** How many runs have copied the data in: what is used again and again is better left there. */
  runs?: number;
}

const none: readonly Node[] = [];

/** One recorded operation, and once it is computed and kept, its value. */
export class Node {
  /** The computed value; null for what is still to be computed, and for a recipe. */
  cell: Cell | null = null;
  /** The autograd leaf (a Parameter, say) whose value this node is; backward stops here and adds to its gradient. */
  owner: object | null = null;
  /** To be kept by the next evaluation. */
  keep = false;
  /** A tensor holds it: another one gets a node of its own. */
  held = false;
  /** Keeps its value in the engine's memory: parameters, buffers, optimizer state. */
  resident = false;
  /** Is collected by a leaf, and stays in the engine's memory while it is large. */
  isGradient = false;
  /** Storage that nobody reads any more, for the value to be written into. */
  recycled: Cell | null = null;
  /** An evaluation has met it and it has no value all the same: whoever needs it computes it again. */
  recipe = false;
  /** backward has been through here, or through everything that this is made of. */
  released = false;
  /**
   * From 0 on: made of creation ops alone (no data, no parameters) in chains of this length, and computed when first
   * needed, never for its own sake. Below 0: not deferred.
   */
  deferral = -1;
  /** How many recorded nodes read this one. */
  uses = 0;
  /** How many times somebody asked for exactly this value (`keep()`, a read under way): it outlives its replacement. */
  pins = 0;
  /** What a later version has replaced: its name, for the error. Without pins, the value is gone. */
  stale: string | null = null;
  /** The version of a parameter, buffer or optimizer state that this one replaces once it is computed. */
  replaces: Node | null = null;
  /** The evaluation that was to compute this version failed; what it would have replaced still stands. */
  undone = false;
  /** What errors call it. */
  label: string | null = null;
  /** What its operation needs to know for the derivative; here and in no WeakMap, which would outlive every step. */
  rule: unknown = null;
  /** Its place in the order of recording. */
  serial = 0;
  /** Scratch of a walk: its number, and the node's place in it. */
  mark = 0;
  place = 0;
  /** Scratch of an evaluation: whether the node goes into it as a value. */
  given = false;
  /** The inputs that gradients flow to. Fixed when recorded: a leaf may be frozen, or thawed, afterwards. */
  tracked: readonly Node[];
  /** Whether gradients flow through, or for a leaf into, this node. */
  requiresGrad: boolean;

  constructor(
    readonly op: Op,
    public inputs: readonly Node[],
    readonly attrs: Attrs,
    readonly shape: Shape,
    readonly dtype: ComputeType,
    readonly device: string,
  ) {
    this.tracked = trackedInputs(op, inputs, dtype);
    this.requiresGrad = this.tracked.length > 0;
  }
}

/** Whether the value is better left where it was computed than copied out. */
export function staysInEngine(node: Node): boolean {
  return node.resident || node.isGradient;
}

/** Whether backward may still come through the node on its way to the leaves. */
export function mayBeWalked(node: Node): boolean {
  return node.owner === null && node.tracked.length > 0 && !node.released;
}

/** Forgets what gradients would flow to, and what the value was made of. */
export function cut(node: Node): void {
  node.inputs = node.tracked = none;
  node.rule = null;
}
export function cutGradients(node: Node): void {
  node.tracked = none;
  node.rule = null;
}

function trackedInputs(op: Op, inputs: readonly Node[], dtype: ComputeType): readonly Node[] {
  if (dtype !== 'float32' || op.derivative === undefined || !gradEnabled()) return none;
  let count = 0;
  for (const input of inputs) if (input.requiresGrad) count++;
  if (count === inputs.length) return inputs;
  if (count === 0) return none;
  const tracked: Node[] = [];
  for (const input of inputs) if (input.requiresGrad) tracked.push(input);
  return tracked;
}

let ops = 0;
/** The number of the next op. */
export function nextOpId(): number {
  return ops++;
}

let walks = 0;
/** A number that no node carries as its `mark` yet. */
export function nextMark(): number {
  return ++walks;
}

const interned = new Map<string, Attrs>();
let attrsCount = 0;

/** The one `Attrs` with this key; `key` must tell apart all attributes that mean different things. */
export function internAttrs(key: string, value: unknown): Attrs {
  let found = interned.get(key);
  if (found === undefined) interned.set(key, (found = { id: attrsCount++, value }));
  return found;
}
export const noAttrs = internAttrs('', null);

/** Leaves: a value given as data, and a JavaScript number, which is an input of the plan and not part of its structure. */
export const dataOp: Op = { id: nextOpId(), name: 'data' };
export const scalarOp: Op = { id: nextOpId(), name: 'scalar' };

/** The number of a scalar leaf. */
export function numberOf(node: Node): number {
  return node.attrs.value as number;
}
