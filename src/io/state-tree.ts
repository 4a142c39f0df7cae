import { StateError } from '../core/errors';
import { isTensor, type Tensor } from '../tensor';

/** State to be saved: plain data as in JSON, in which tensors and typed arrays may stand anywhere. */
export type StateTree =
  | null
  | undefined
  | boolean
  | number
  | string
  | Tensor
  | NumberArray
  | readonly StateTree[]
  | { readonly [key: string]: StateTree };

type NumberArray = Float32Array | Float64Array | Int32Array | Uint8Array;
const arrays = { Float32Array, Float64Array, Int32Array, Uint8Array };

/** What JSON has no word for is an object with one of these keys; keys of the user's own that begin with $ get one more. */
type Marked = { $tensor: string } | { $number: string } | { $undefined: true } | { $array: keyof typeof arrays; values: unknown[] }; // prettier-ignore

/** A tree as JSON, and the tensors that stood in it, named by their places: `model.encoder.weight`. */
export interface DividedTree {
  readonly json: unknown;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** @throws StateError for a function, a Map or whatever else is no plain data, with its place */
export function divideTree(tree: unknown): DividedTree {
  const tensors: Record<string, Tensor> = {};
  const keep = (place: string, value: Tensor): Marked => {
    let name = place;
    for (let i = 2; Object.hasOwn(tensors, name); i++) name = `${place}#${i}`; // a key may have a dot in it
    tensors[name] = value;
    return { $tensor: name };
  };
  return { json: divided(tree, '', keep), tensors };
}

function divided(value: unknown, place: string, keep: (place: string, value: Tensor) => Marked): unknown {
  const inner = (key: string | number, x: unknown) => divided(x, place === '' ? String(key) : `${place}.${key}`, keep);
  if (value === undefined) return { $undefined: true } satisfies Marked;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return marked(value);
  if (isTensor(value)) return keep(place, value);
  if (Array.isArray(value)) return value.map((x, i) => inner(i, x));
  const name = (Object.keys(arrays) as (keyof typeof arrays)[]).find((key) => value instanceof arrays[key]);
  if (name) return { $array: name, values: Array.from(value as NumberArray, marked) } satisfies Marked;
  if (!isPlain(value))
    throw new StateError(
      `checkpoint: ${place || 'the state'} is ${describe(value)}; keep plain data, tensors and typed arrays`,
    );
  const entries = Object.entries(value).filter(([, x]) => x !== undefined);
  return Object.fromEntries(entries.map(([key, x]) => [key.startsWith('$') ? `$${key}` : key, inner(key, x)]));
}

const marked = (value: number): unknown =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`;
  return `a ${(value.constructor as { name?: string } | undefined)?.name ?? 'foreign object'}`;
}

/** The tree that was divided. @throws StateError where a tensor is missing */
export function joinTree(json: unknown, tensors: Readonly<Record<string, Tensor>>): unknown {
  const join = (value: unknown): unknown => joinTree(value, tensors);
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(join);
  const marks = json as Partial<Record<'$tensor' | '$number' | '$undefined' | '$array', string>> & {
    values?: unknown[];
  };
  if (marks.$undefined) return undefined;
  if (marks.$number !== undefined) return Number(marks.$number);
  if (marks.$array !== undefined) return joinArray(marks.$array, marks.values, join);
  if (marks.$tensor === undefined)
    return Object.fromEntries(Object.entries(json).map(([key, x]) => [key.replace(/^\$/, ''), join(x)]));
  if (Object.hasOwn(tensors, marks.$tensor)) return tensors[marks.$tensor];
  throw new StateError(`checkpoint: the tensor ${marks.$tensor} is missing`);
}

function joinArray(name: string, values: unknown, join: (value: unknown) => unknown): NumberArray {
  if (Object.hasOwn(arrays, name) && Array.isArray(values)) return arrays[name as keyof typeof arrays].from(values.map(join) as number[]); // prettier-ignore
  throw new StateError(`checkpoint: ${name} is no kind of array that is kept here`);
}
