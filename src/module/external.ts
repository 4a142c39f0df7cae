import { DeclarationError } from '../core/errors';
import { fileDeclaration } from './field-decorator';

interface ExternalDecorator {
  (value: undefined, context: { kind: 'field'; name: string; static: false; private: false }): void;
  <T extends { constructor: object; bind?: never }>(target: T, key: string): void;
}

/**
 * Keeps a field out of the parameter tree: a teacher, a cache, a reference back to the parent. What it holds is neither
 * listed, saved, moved nor trained with this module. Written without parentheses.
 *
 * @example
 * ```ts
 * @module
 * class Student extends Module {
 *   @external teacher: Module;
 *   constructor(teacher: Module) { super(); this.teacher = teacher; }
 * }
 * ```
 */
export const external: ExternalDecorator = (...args: unknown[]): void => {
  if (args.length < 2) throw new DeclarationError('@external takes no arguments: write `@external field`');
  fileDeclaration((name) => ({ kind: 'external', name }), [], args);
};
