import { DeclarationError } from '../core/errors';
import { showShape } from '../core/shape';
import { Buffer, isBuffer, isParameter, isTensor, Parameter, type Tensor } from '../tensor';
import type { TensorDeclaration } from './declaration';
import { ensureWrapped } from './forward';
import { isInfer } from './infer';
import { initialValue, named } from './initialiser';
import { stateOf } from './instance-state';
import { classInfo } from './metadata';
import { pendingTensor } from './pending';
import { resolveShape, shapeFits, show, showResolved, type ResolvedShape } from './shape-declaration';

/** Creates the declared fields that are `undefined`, base class first, checks the others, then runs `onInit`. */
export function materialise(instance: object): void {
  const { fields } = classInfo(Object.getPrototypeOf(instance) as object);
  stateOf(instance);
  for (const { declaration, className } of fields.values())
    if (declaration.kind !== 'external') fill(instance, declaration, `${className}.${declaration.name}`);
  ensureWrapped(instance);
  (instance as { onInit?: () => void }).onInit?.();
}

function fill(instance: object, declaration: TensorDeclaration, label: string): void {
  const held = (instance as Record<string, unknown>)[declaration.name];
  if (held === null) return;
  const shape = named(label, 'its shape', () => resolveShape(declaration.shape, instance));
  if (shape !== null && 'wrong' in shape) throw new DeclarationError(`${label}: ${shape.wrong}`);
  const value = held === undefined ? make(instance, declaration, shape, label) : check(held, declaration, shape, label);
  if (value !== held) setField(instance, declaration.name, value);
}

/** Assignment is faster, but an inherited setter would take it where the field is not there yet. */
function setField(instance: object, name: string, value: Tensor | null): void {
  if (Object.hasOwn(instance, name)) (instance as Record<string, unknown>)[name] = value;
  else Object.defineProperty(instance, name, { value, writable: true, enumerable: true, configurable: true });
}

function make(self: object, declaration: TensorDeclaration, shape: ResolvedShape | null, label: string): Tensor | null {
  if (shape === null) return null;
  if (isKnown(shape)) return wrap(initialValue(declaration, shape, self, label), declaration, label);
  const made = pendingTensor(declaration, shape, label);
  (stateOf(self).pending ??= []).push({ declaration, shape, label, tensor: made });
  return made;
}

/** Whether no size is left to infer. */
export function isKnown(shape: ResolvedShape): shape is readonly number[] {
  return !shape.some(isInfer);
}

function wrap(value: Tensor, declaration: TensorDeclaration, label: string): Tensor {
  const { kind, options } = declaration;
  const made = kind === 'buffer' ? new Buffer(value) : new Parameter(value, { requiresGrad: options.requiresGrad });
  made.label = label;
  return made;
}

/** A value assigned by hand is kept; a plain tensor becomes the buffer it is declared to be. */
function check(held: unknown, declaration: TensorDeclaration, shape: ResolvedShape | null, label: string): Tensor {
  const isParam = declaration.kind === 'parameter';
  if (!isTensor(held) || (isParam ? !isParameter(held) : isParameter(held)))
    throw new DeclarationError(
      `${label} was assigned ${show(held)}; assign ${isParam ? 'new Parameter(tensor)' : 'a tensor'}, null to leave ` +
        'it out, or nothing to have it made',
    );
  if (shape !== null && !shapeFits(shape, held.shape))
    throw new DeclarationError(
      `${label} was assigned a tensor of shape ${showShape(held.shape)}, but is declared ${showResolved(shape)}; ` +
        'make the two agree',
    );
  return isParam || isBuffer(held) ? held : new Buffer(held);
}
