import { expect } from 'vitest';
import { Tensor } from 'decograd';
import fixtures from '../fixtures/tensor-files.json';

type Plain = number | string | boolean | null;

/** A value as `test/oracle/tensor_files.py` describes it. */
export interface Described {
  readonly tensor?: { readonly dtype: string; readonly shape: readonly number[]; readonly values: readonly Plain[] };
  readonly requiresGrad?: boolean;
  readonly dict?: readonly (readonly [string, Described])[];
  readonly list?: readonly Described[];
  readonly set?: readonly Described[];
  readonly bytes?: readonly number[];
  readonly value?: Plain;
}

export interface FileCase {
  readonly name: string;
  readonly base64: string;
  readonly value: Described;
}

/** Files that Python wrote, by format. */
export const files = fixtures as unknown as Record<
  'safetensors' | 'npy' | 'npz' | 'torch' | 'models',
  readonly FileCase[]
>;

export const bytesOf = ({ base64 }: FileCase): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));

export function caseOf(format: keyof typeof files, name: string): FileCase {
  return files[format].find((file) => file.name === name)!;
}

/** What `described` of the Python script says of the same value. */
export async function describe(value: unknown): Promise<Described> {
  if (value instanceof Tensor) return describeTensor(value);
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof Set) return { set: await Promise.all([...value].map(describe)) };
  if (Array.isArray(value)) return { list: await Promise.all(value.map(describe)) };
  if (typeof value !== 'object' || value === null) return { value: value as Plain };
  const entries = Object.entries(value).map(async ([key, item]) => [key, await describe(item)] as const);
  return { dict: await Promise.all(entries) };
}

async function describeTensor(t: Tensor): Promise<Described> {
  const values = [...(await t.data())].map((x) => (t.dtype === 'bool' ? x === 1 : x));
  const tensor = { dtype: t.dtype, shape: [...t.shape], values };
  return { tensor, ...(t.requiresGrad ? { requiresGrad: true } : {}) };
}

/** Text such as 'NaN' or '0.1' as numbers: JSON has neither NaN nor a minus zero that Python would write. */
export function numbered(value: Described): Described {
  const { tensor, dict, list, set } = value;
  if (tensor) {
    const values = tensor.values.map((x) => (typeof x === 'string' ? Number(x) : x));
    return { ...value, tensor: { ...tensor, values } };
  }
  if (dict) return { dict: dict.map(([key, item]) => [key, numbered(item)]) };
  if (list) return { list: list.map(numbered) };
  return set ? { set: set.map(numbered) } : value;
}

export async function expectDescribed(value: unknown, wanted: Described): Promise<void> {
  expect(await describe(value)).toEqual(numbered(wanted));
}
