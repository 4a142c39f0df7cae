import type { ParamOptions } from './declaration';
import { tensorDecorator } from './field-decorator';
import type { FieldDecorator } from './field-types';
import type { ShapeDeclaration } from './shape-declaration';

const allowed = ['init', 'requiresGrad', 'dtype', 'key', 'doc', 'group'];

/**
 * Declares a trainable field: `@param(shape, options?)` above `name!: Parameter`. It is there once the constructor has
 * run: created by `init` (default zeros), unless the constructor assigned one, or `null` for a field left out.
 *
 * A shape is a tuple of numbers, of names of numeric fields of the instance, of {@link infer}, or a function of the
 * instance that returns one, or `null` to leave the field out. An annotation `Parameter<[3, 4]>` is checked against it.
 *
 * @throws DeclarationError from `@module` or from the constructor, naming `Class.field` and the remedy.
 *
 * @example
 * ```ts
 * @module
 * class Linear extends Module {
 *   @param(['outFeatures', 'inFeatures'], { init: init.kaimingUniform({ a: Math.sqrt(5) }) }) weight!: Parameter;
 *   @param((self: Linear) => [self.outFeatures], { group: 'noDecay' }) bias!: Parameter;
 *   constructor(readonly inFeatures: number, readonly outFeatures: number) { super(); }
 * }
 * ```
 */
export function param<const S extends ShapeDeclaration>(
  shape: S,
  options: ParamOptions = {},
): FieldDecorator<S, 'parameter'> {
  return tensorDecorator('parameter', '@param', shape, options, allowed);
}
