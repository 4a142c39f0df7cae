import type { Buffer, Parameter } from '../tensor';
import type { ShapeDeclaration } from './shape-declaration';

/** What a field holds, by the decorator's kind. */
type Held<K, S> = K extends 'parameter' ? Parameter<S & any> : Buffer<S & any>;

type Names<S> = S extends readonly (infer D)[] ? Extract<D, string> : never;

/** The class a shape can be declared in: the one its function takes, or any that has the named sizes. */
type Owner<S> = S extends (self: infer T) => any ? T : string extends Names<S> ? object : Record<Names<S>, number>;

type Size<D, T> = D extends number ? D : D extends keyof T ? T[D] : number;

/** The annotation a shape allows; `any` where it is known at run time only. */
type ShapeIn<S, T> = S extends readonly unknown[]
  ? number extends S['length']
    ? any
    : { -readonly [I in keyof S]: Size<S[I], T> }
  : any;

/** The part of a standard field context that is checked. */
interface FieldContext<T, P> {
  kind: 'field';
  name: string;
  static: false;
  private: false;
  access: { set: (self: T, value: P) => void };
}

type Fits<P, T, Name> = Name extends keyof T
  ? [P] extends [T[Name]]
    ? unknown
    : { declared: P; annotated: T[Name] }
  : unknown;

/**
 * The type of `@param(...)` and `@buffer(...)` in both dialects. It checks the annotation against the shape, that named
 * sizes are numeric fields, the class of `self`, and that the target is an instance field.
 */
export interface FieldDecorator<S extends ShapeDeclaration, K extends 'parameter' | 'buffer'> {
  <T extends Owner<S>>(value: undefined, context: FieldContext<T, Held<K, ShapeIn<S, T>>>): void;
  <T extends Owner<S> & { constructor: object; bind?: never }, Name extends string>(
    target: T,
    key: Name & Fits<Held<K, ShapeIn<S, T>>, T, Name>,
  ): void;
}
