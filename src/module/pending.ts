import { DeclarationError } from '../core/errors';
import { withGradMode } from '../core/mode';
import { Buffer, Parameter } from '../tensor';
import type { TensorDeclaration } from './declaration';
import { inferredSize, isInfer } from './infer';
import { initialValue } from './initialiser';
import { stateOf, type InstanceState, type PendingField } from './instance-state';
import { show, showResolved, type ResolvedShape } from './shape-declaration';

/** A parameter or buffer whose shape shows `?` and which throws on every use until the first forward fills it. */
export function pendingTensor(declaration: TensorDeclaration, shape: ResolvedShape, label: string): Parameter | Buffer {
  const { kind, options } = declaration;
  const unsized = {
    sizes: shape.map((dim) => (isInfer(dim) ? ('?' as const) : dim)),
    dtype: options.dtype ?? 'float32',
    reason:
      `${label} has no value yet: its shape ${showResolved(shape)} is completed by the first forward; ` +
      'call forward once (on a sample batch, say) before using, stepping or saving it',
  };
  const made = kind === 'buffer' ? new Buffer(unsized) : new Parameter(unsized, { requiresGrad: options.requiresGrad });
  made.label = label;
  return made;
}

/** Fills what waits for this forward's arguments. */
export function fillPending(self: object, state: InstanceState, args: readonly unknown[]): void {
  for (const field of state.pending!) {
    const held = (self as Record<string, unknown>)[field.declaration.name];
    if (held !== field.tensor || !isPending(field.tensor)) continue; // replaced by hand, or loaded
    const shape = field.shape.map((dim) => (isInfer(dim) ? checkedSize(dim, args, field.label) : dim));
    const value = withGradMode(false, () => initialValue(field.declaration, shape, self, field.label));
    field.tensor.fill(value);
  }
  delete state.pending;
}

function checkedSize(dim: Parameters<typeof inferredSize>[0], args: readonly unknown[], label: string): number {
  const size = inferredSize(dim, args);
  if (typeof size === 'number' && Number.isInteger(size) && size >= 0) return size;
  throw new DeclarationError(
    `${label}: infer(...) gave ${show(size)} for the arguments of the first forward; it must return a whole number of at least 0`,
  );
}

/** Whether the tensor waits for its sizes. */
export function isPending(t: { readonly shape: readonly unknown[] }): boolean {
  return t.shape.includes('?');
}

/** The fields of an instance that wait for its first forward. */
export function pendingOf(instance: object): readonly PendingField[] {
  return stateOf(instance).pending ?? [];
}
