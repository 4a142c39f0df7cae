import { DeclarationError } from '../core/errors';
import { argumentMistakes, type FieldDeclaration } from './declaration';
import {
  className,
  contextDeclarations,
  declareField,
  missingModule,
  ownDeclarations,
  refuseUnmarked,
} from './metadata';
import type { ShapeDeclaration } from './shape-declaration';

// Standard decorators share data through Symbol.metadata, which engines lack and compilers only use where it exists.
// It stands in this file, beside what needs it, since bundlers drop a file that only has a side effect.
(Symbol as { metadata?: symbol }).metadata ??= Symbol.for('Symbol.metadata');

/** What a field decorator is called with: the prototype and a key (legacy), or a context (standard). */
type DecoratorArguments = readonly unknown[];

type StandardContext = Pick<
  ClassFieldDecoratorContext,
  'kind' | 'name' | 'static' | 'private' | 'metadata' | 'addInitializer'
>;

/** What `@param` and `@buffer` share: their arguments are checked here, and filed once the field is known. */
export function tensorDecorator(
  kind: 'parameter' | 'buffer',
  spelling: string,
  shape: ShapeDeclaration,
  options: object,
  allowed: readonly string[],
): (...args: unknown[]) => void {
  if (typeof options === 'string' || typeof options === 'symbol' || isContext(options)) {
    const mistake = `${spelling} needs its shape: write ${spelling}([3, 4])`;
    const bare = (name: string): FieldDeclaration => ({ kind, name, shape: [], options: {} });
    fileDeclaration(bare, [mistake], [shape, options]);
    return () => undefined;
  }
  const mistakes = argumentMistakes(shape, options, allowed);
  return (...args) => fileDeclaration((name) => ({ kind, name, shape, options }), mistakes, args);
}

/** Files what `@param`, `@buffer` or `@external` says about a field, in either dialect. Mistakes wait for `@module`. */
export function fileDeclaration(
  declaration: (name: string) => FieldDeclaration,
  mistakes: string[],
  [target, keyOrContext, descriptor]: DecoratorArguments,
): void {
  if (isContext(keyOrContext)) fileStandard(declaration, mistakes, keyOrContext);
  else fileLegacy(declaration, mistakes, target as object, keyOrContext as string | symbol, descriptor);
}

function isContext(value: unknown): value is StandardContext {
  return typeof value === 'object' && value !== null && 'kind' in value && 'name' in value;
}

function fileLegacy(
  declaration: (name: string) => FieldDeclaration,
  mistakes: string[],
  target: object,
  key: string | symbol,
  descriptor: unknown,
): void {
  const isStatic = typeof target === 'function';
  const owner = isStatic ? (target.prototype as object) : target;
  const found = targetMistakes(key, { isStatic, isPrivate: key === '', kind: legacyKind(descriptor) });
  declareField(ownDeclarations(owner), declaration(String(key)), [...found, ...mistakes]);
}

// Babel and older SWC hand fields a descriptor with an initializer; methods and accessors never have one.
function legacyKind(descriptor: unknown): string {
  if (typeof descriptor !== 'object' || descriptor === null || 'initializer' in descriptor) return 'field';
  return 'value' in descriptor ? 'method' : 'accessor';
}

function fileStandard(
  declaration: (name: string) => FieldDeclaration,
  mistakes: string[],
  context: StandardContext,
): void {
  if (context.metadata === undefined)
    throw new DeclarationError(`${String(context.name)}: import decograd before the first decorated class is defined`);
  const declarations = contextDeclarations(context.metadata);
  const { static: isStatic, private: isPrivate, kind, name } = context;
  const found = targetMistakes(name, { isStatic, isPrivate, kind });
  declareField(declarations, declaration(String(name)), [...found, ...mistakes]);
  if (kind !== 'field' || isStatic || isPrivate) return;
  context.addInitializer(function (this: unknown) {
    if (declarations.claimed) return;
    refuseUnmarked(Object.getPrototypeOf(this) as object);
    throw missingModule(className(this as object), String(name)); // of a compiler that keeps metadata elsewhere
  });
}

interface Target {
  isStatic: boolean;
  isPrivate: boolean;
  kind: string;
}

function targetMistakes(name: string | symbol, { isStatic, isPrivate, kind }: Target): string[] {
  const remedy = 'declare an instance field such as `@param([3]) weight!: Parameter`';
  if (isPrivate) return [`is a #private ${kind}, which the parameter tree cannot reach; ${remedy}`];
  if (isStatic) return [`is static; a class has no parameters, its instances have; ${remedy}`];
  if (kind !== 'field') return [`is ${kind === 'accessor' ? 'an' : 'a'} ${kind}; ${remedy}`];
  if (typeof name === 'symbol') return [`has a symbol for a name, which makes no path; ${remedy}`];
  if (name.includes('.') || name === '__proto__') return ['its name makes no path; rename the field without a dot'];
  return [];
}
