import type { ComputeType } from '../core/dtype';
import { DeclarationError } from '../core/errors';
import { reword } from '../core/reword';
import { product, showShape } from '../core/shape';
import { full, isTensor, tensor, zeros, type Nested, type Tensor } from '../tensor';
import { show } from './shape-declaration';
import type { TensorDeclaration } from './declaration';

/** What an initialiser may ask about the field it fills. */
export interface InitialiserContext {
  readonly dtype: ComputeType;
  /** `Class.field`, for messages. */
  readonly path: string;
  /** The instance: a bias can look at its weight's sizes. */
  readonly self: any;
}

/** Numbers that fill a shape: a tensor, one number for every element, nested lists, or a flat typed array. */
export type Filling = Tensor | number | Nested | Float32Array | Int32Array | Uint8Array | Float64Array;

/** Computes the first value of a declared field from its shape. */
export interface Initialiser {
  (shape: readonly number[], context: InitialiserContext): Filling;
  /** What inventories call it, e.g. `kaimingUniform(a=2.236)`. */
  readonly label?: string;
}

/** The first value of a declared field. Zeros where the declaration has no `init`. */
export function initialValue(
  declaration: TensorDeclaration,
  shape: readonly number[],
  self: object,
  path: string,
): Tensor {
  const { init, dtype = 'float32' } = declaration.options;
  if (init === undefined) return zeros(shape, { dtype });
  const filling =
    typeof init === 'number' ? init : named(path, 'its first value', () => init(shape, { dtype, path, self }));
  if (typeof filling === 'number') return full(shape, filling, { dtype });
  const value = toTensor(filling, shape, dtype, path);
  if (value.shape.length === shape.length && value.shape.every((size, i) => size === shape[i])) return value;
  throw new DeclarationError(
    `${path}: its initialiser made ${showShape(value.shape)} for shape ${showShape(shape)}; return that shape, ` +
      `or a number to fill it with`,
  );
}

/** Runs what a declaration was given; whatever it throws names the field. */
export function named<T>(path: string, what: string, fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith(path))
      reword(error, `${path}: making ${what} failed: ${error.message}`);
    throw error;
  }
}

function toTensor(filling: unknown, shape: readonly number[], dtype: ComputeType, path: string): Tensor {
  if (isTensor(filling)) return filling.detach().to(dtype);
  if (!Array.isArray(filling) && !ArrayBuffer.isView(filling))
    throw new DeclarationError(`${path}: its initialiser returned ${show(filling)}; return a tensor, number or list`);
  const made = tensor(filling as unknown as Nested, { dtype });
  const size = product(shape);
  return made.shape.length === 1 && made.shape[0] === size ? made.reshape([...shape]) : made;
}

/** What inventories say about a declaration's initialiser. */
export function initialiserLabel(declaration: TensorDeclaration): string {
  const { init } = declaration.options;
  if (init === undefined) return 'zeros';
  return typeof init === 'number' ? `full(${init})` : (init.label ?? 'custom');
}
