import type { BufferOptions } from './declaration';
import { tensorDecorator } from './field-decorator';
import type { FieldDecorator } from './field-types';
import type { ShapeDeclaration } from './shape-declaration';

const allowed = ['init', 'dtype', 'persistent'];

/**
 * Declares a field that belongs to the module's state but receives no gradient, such as running statistics. It takes
 * shapes as `@param` does, and is there once the constructor has run. New values are recorded with `.assign(tensor)`.
 *
 * PyTorch: https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer
 *
 * @throws DeclarationError from `@module` or from the constructor, naming `Class.field` and the remedy.
 *
 * @example
 * ```ts
 * @module
 * class Centre extends Module {
 *   @buffer([3]) mean!: Buffer<[3]>;
 *   forward(x: Tensor) {
 *     if (this.training) this.mean.assign(x.mean(0));
 *     return x.sub(this.mean);
 *   }
 * }
 * ```
 */
export function buffer<const S extends ShapeDeclaration>(
  shape: S,
  options: BufferOptions = {},
): FieldDecorator<S, 'buffer'> {
  return tensorDecorator('buffer', '@buffer', shape, options, allowed);
}
