import 'reflect-metadata';
import { DeclarationError, TreeError } from '../core/errors';
import type { FieldDeclaration } from './declaration';
import { show } from './shape-declaration';

/** What the decorators of one class body said: its fields in order, and what was wrong with them. */
export interface Declarations {
  readonly fields: Map<string, FieldDeclaration>;
  readonly mistakes: { readonly field: string; readonly text: string }[];
  /** Set by `@module`; a field decorator that finds it missing at construction can say so. */
  claimed: boolean;
}

/** A declaration as an instance sees it. */
export interface MergedField {
  readonly declaration: FieldDeclaration;
  /** The class whose body made it: a name for people, which minifiers change. */
  readonly className: string;
}

/** All that is known about the class with this prototype; merged from its bases, base first. */
export interface ClassInfo {
  /** The nearest prototype, this one included, whose class carries `@module`. */
  readonly module: object | undefined;
  readonly fields: ReadonlyMap<string, MergedField>;
  /** The first class that declares fields without carrying `@module`, which is refused at construction. */
  readonly unmarked?: { readonly className: string; readonly declarations: Declarations };
}

const fieldsKey = Symbol.for('decograd:fields');
const moduleKey = Symbol.for('decograd:module');

// Merging walks prototypes; instances of one class share the result. Any new declaration empties the cache.
let cache = new WeakMap<object, ClassInfo>();
const nothing: ClassInfo = { module: undefined, fields: new Map() };

export function emptyDeclarations(): Declarations {
  return { fields: new Map(), mistakes: [], claimed: false };
}

/** The declarations of the class body with this prototype, made on first use; bases' are never touched. */
export function ownDeclarations(prototype: object): Declarations {
  const known = knownDeclarations(prototype);
  if (known !== undefined) return known;
  const made = emptyDeclarations();
  setDeclarations(prototype, made);
  return made;
}

export function knownDeclarations(prototype: object): Declarations | undefined {
  return Reflect.getOwnMetadata(fieldsKey, prototype) as Declarations | undefined;
}

export function setDeclarations(prototype: object, declarations: Declarations): void {
  cache = new WeakMap();
  Reflect.defineMetadata(fieldsKey, declarations, prototype);
}

/** The standard dialect's place for declarations: an own property, since metadata objects inherit. */
export function contextDeclarations(metadata: object): Declarations {
  const own = Object.getOwnPropertyDescriptor(metadata, fieldsKey)?.value as Declarations | undefined;
  if (own !== undefined) return own;
  const made = emptyDeclarations();
  Object.defineProperty(metadata, fieldsKey, { value: made });
  return made;
}

/** Adds a field, or notes that this class body already declared it. */
export function declareField(declarations: Declarations, declaration: FieldDeclaration, mistakes: string[]): void {
  const { name } = declaration;
  const twice = declarations.fields.has(name) ? ['is declared twice; keep one of the decorators'] : [];
  for (const text of [...twice, ...mistakes]) declarations.mistakes.push({ field: name, text });
  declarations.fields.set(name, declaration);
  cache = new WeakMap();
}

/** Marks the class with this prototype as carrying `@module`. */
export function markModule(prototype: object): void {
  cache = new WeakMap();
  Reflect.defineMetadata(moduleKey, true, prototype);
}

export function isMarked(prototype: object): boolean {
  return Reflect.hasOwnMetadata(moduleKey, prototype);
}

/** What is declared for instances with this prototype. */
export function classInfo(prototype: object | null): ClassInfo {
  if (prototype === null || prototype === Object.prototype) return nothing;
  const known = cache.get(prototype);
  if (known !== undefined) return known;
  const info = merge(prototype, classInfo(Object.getPrototypeOf(prototype) as object | null));
  cache.set(prototype, info);
  return info;
}

function merge(prototype: object, base: ClassInfo): ClassInfo {
  const marked = isMarked(prototype);
  const module = marked ? prototype : base.module;
  const own = knownDeclarations(prototype) ?? unclaimedDeclarations(prototype);
  if (own === undefined || own.fields.size === 0) return module === base.module ? base : { ...base, module };
  const className = prototypeName(prototype);
  const fields = new Map(base.fields); // setting a key that is there keeps its place
  for (const [name, declaration] of own.fields) fields.set(name, { declaration, className });
  return { module, fields, unmarked: base.unmarked ?? (marked ? undefined : { className, declarations: own }) };
}

/** What the standard dialect's field decorators filed for a class that `@module` did not claim. */
function unclaimedDeclarations(prototype: object): Declarations | undefined {
  const { metadata } = Symbol as { metadata?: symbol };
  if (metadata === undefined || typeof prototype.constructor !== 'function') return undefined;
  const own = Object.getOwnPropertyDescriptor(prototype.constructor, metadata)?.value as object | undefined;
  return own && contextDeclarations(own);
}

/** Whether this is an instance of a class that carries `@module`, or whose base does. */
export function isModule(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    classInfo(Object.getPrototypeOf(value) as object | null).module !== undefined
  );
}

/** Throws unless this is a module instance. */
export function requireModule(value: unknown): asserts value is object {
  if (isModule(value)) return;
  if (typeof value === 'object' && value !== null) refuseUnmarked(Object.getPrototypeOf(value) as object | null);
  throw new TreeError(
    `${show(value)} is no module: pass an instance of a class that carries @module, or write @module above its class`,
  );
}

/** The name for messages; nothing else may depend on it, since minifiers change it. */
export function className(instance: object): string {
  return prototypeName(Object.getPrototypeOf(instance) as object | null);
}

export function prototypeName(prototype: object | null): string {
  const constructor = prototype === null ? undefined : (prototype.constructor as { name?: unknown } | undefined);
  return typeof constructor?.name === 'string' && constructor.name !== '' ? constructor.name : '(anonymous class)';
}

/** The mistakes in a class body, each as `Class.field: ...`. */
function mistakesIn({ mistakes }: Declarations, name: string): string[] {
  return mistakes.map(({ field, text }) => `${name}.${field}: ${text}`);
}

/** Throws all mistakes in the class body of this name. */
export function throwMistakes(declarations: Declarations, name: string): void {
  if (declarations.mistakes.length > 0) throw new DeclarationError(mistakesIn(declarations, name).join('\n'));
}

/** Throws if a class with this prototype, or a base of it, declares fields without carrying `@module`. */
export function refuseUnmarked(prototype: object | null): void {
  const { unmarked } = classInfo(prototype);
  if (unmarked === undefined) return;
  const { className, declarations } = unmarked;
  const [field] = declarations.fields.keys();
  const missing = missingModule(className, field).message;
  throw new DeclarationError([missing, ...mistakesIn(declarations, className)].join('\n'));
}

/** The error for a class that lacks `@module`. */
export function missingModule(name: string, field?: string): DeclarationError {
  const what = field === undefined ? `${name} extends Module` : `${name}.${field} is declared by a decorator`;
  return new DeclarationError(`${what}, but class ${name} lacks @module; write @module directly above the class`);
}
