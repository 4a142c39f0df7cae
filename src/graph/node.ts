import type { ComputeType, TypedArray } from '../core/dtype';
import type { Shape } from '../core/shape';
import { gradEnabled } from '../core/mode';

/** What a node does. The primitives in `ops/` fill this in; nothing here knows them. */
export interface Op {
  readonly id: number;
  readonly name: string;
  /** The gradient for input `i` from the gradient of the output, as new nodes; null where none flows. */
  derivative?(node: Node, gradient: Node, i: number): Node | null;
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
  readonly address: number;
  /** Copies the value out. */
  read(): TypedArray;
  /** Gives the memory back; the value is gone. */
  release(): void;
}

/** A computed value: an ordinary array, or memory of the engine. */
export interface Cell {
  data: TypedArray | null;
  resident: Resident | null;
}

/** One recorded operation, and once it is computed and kept, its value. */
export class Node {
  /** The computed value; null for what is still a recipe. */
  cell: Cell | null = null;
  /** The autograd leaf (a Parameter, say) whose value this node is; backward stops here and adds to its gradient. */
  owner: object | null = null;
  /** To be kept by the next evaluation. */
  keep = false;
  /** Keeps its value in the engine's memory: parameters, buffers, optimizer state, gradients. */
  resident = false;
  /** The value was overwritten by a later version; `stale` says of what, for the error. */
  stale: string | null = null;
  /** backward has been through here and what the derivatives need is gone. */
  released = false;
  /** Somebody asked for exactly this value (`keep()`, a read under way): it outlives its replacement. */
  pinned = false;
  /** The version of a parameter, buffer or optimizer state that this one replaces once it is computed. */
  replaces: Node | null = null;
  /** What errors call it. */
  label: string | null = null;
  /** How many recorded nodes read this one. */
  uses = 0;
  /** Made of creation ops alone (no data, no parameters): computed when first needed, never for its own sake. */
  deferred = false;
  /** The longest chain of deferred nodes that this one is made of. */
  level = 0;
  /** How many evaluations have met this node as a recipe. */
  met = 0;
  /** Scratch of the evaluation at hand: its number, and the node's place in it. */
  mark = 0;
  place = 0;

  constructor(
    readonly op: Op,
    public inputs: readonly Node[],
    readonly attrs: Attrs,
    readonly shape: Shape,
    readonly dtype: ComputeType,
    readonly device: string,
    public requiresGrad: boolean,
    /** The value of a scalar leaf: an input of the plan, not part of its structure. */
    readonly scalar: number = 0,
  ) {}
}

let ops = 0;
/** The number of the next op. */
export function nextOpId(): number {
  return ops++;
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

/** Leaves: a value given as data, and a JavaScript number. */
export const dataOp: Op = { id: nextOpId(), name: 'data' };
export const scalarOp: Op = { id: nextOpId(), name: 'scalar' };

/** Whether an operation on `inputs` takes part in autograd. */
export function tracks(op: Op, inputs: readonly Node[], dtype: ComputeType): boolean {
  return dtype === 'float32' && op.derivative !== undefined && gradEnabled() && inputs.some((n) => n.requiresGrad);
}
