import type { Buffer, Parameter } from '../tensor';
import type { Box, Show } from '../tensor/shapes/dim';
import type { ShapeOf } from '../tensor/shapes/shape';
import type { ShapeDeclaration } from './shape-declaration';

/**
 * The type of `@param(...)` and `@buffer(...)` in both dialects: it is called with the target and the key (legacy), or with
 * undefined and a context (standard). Where the field does not suit the declaration, the target becomes a text that the
 * compiler prints; the key does not, since the compiler looks into the types of parameters that take literals.
 */
export interface FieldDecorator<S extends ShapeDeclaration, K extends keyof Says> {
  <T, C>(target: Checked<S, K, FieldOf<T, C>> extends false ? Text<S, K, FieldOf<T, C>> : T, field: C): void;
}
type Text<S, K extends keyof Says, F> = `${Says[K]}${Reason<S, K, F>}`;

interface Says {
  parameter: '@param';
  buffer: '@buffer';
}
type Held<K, S extends object> = K extends 'parameter' ? Parameter<S> : Buffer<S>;

/** What the decorator stands on: the kind of member, and the types of the instance and of the field. */
interface Field<Kind, Self, Value> {
  readonly kind: Kind;
  readonly self: Self;
  readonly value: Value;
}
type FieldOf<T, C> = C extends {
  readonly kind: infer Kind;
  readonly static: infer Static;
  readonly private: infer Private;
  readonly access: { get(self: infer Self): infer Value };
}
  ? Field<
      `${Static extends true ? 'static ' : ''}${Private extends true ? '#private ' : ''}${Kind & string}`,
      Self,
      Value
    >
  : T extends abstract new (...args: never) => unknown
    ? Field<'static field', T, unknown>
    : Field<'field', T, C extends keyof T ? T[C] : unknown>;

/** Whether the field suits the declaration: false only where it is certain that it does not. */
type Checked<S, K, F> =
  F extends Field<'field', infer Self, infer Value>
    ? Names<S, Self> extends false
      ? false
      : Owns<S, Self> extends false
        ? false
        : Suits<Held<K, Declared<S, Self>>, Value>
    : false;

type Reason<S, K, F> =
  F extends Field<'field', infer Self, infer Value>
    ? Names<S, Self> extends false
      ? `: '${Wrong<S, Self>}' is no numeric field of this class`
      : Owns<S, Self> extends false
        ? ': its shape function takes an instance of another class'
        : Suits<Held<K, any>, Value> extends true
          ? ` of shape ${Show<Declared<S, Self>>} on a field of shape ${Show<ShapeOf<NonNullable<Value>>>}`
          : ` on a field that is no ${Capitalize<K & string>}`
    : F extends Field<infer Kind, unknown, unknown>
      ? ` on a ${Kind & string}: declare an instance field, w!: ${Capitalize<K & string>}`
      : never;

/** Whether every name in S is a numeric field. */
type Names<S, Self> = S extends readonly (infer D)[]
  ? false extends Numeric<Extract<D, string>, Self>
    ? false
    : true
  : true;
type Numeric<D, Self> = D extends keyof Self ? (Box<Self[D]> extends Box<number> ? true : false) : false;
type Wrong<S, Self> = S extends readonly (infer D)[] ? WrongName<Extract<D, string>, Self> : never;
type WrongName<D, Self> = D extends string ? (Numeric<D, Self> extends true ? never : D) : never;

type Owns<S, Self> = S extends (self: infer Wanted) => unknown ? (Box<Self> extends Box<Wanted> ? true : false) : true;
type Suits<P, Value> = Box<P> extends Box<Value> ? true : false;

/** The shape that S declares on this class; `any` where it is known at run time only. */
type Declared<S, Self> = S extends readonly unknown[]
  ? number extends S['length']
    ? any
    : { -readonly [I in keyof S]: Size<S[I], Self> }
  : any;
type Size<D, Self> = D extends number ? D : D extends keyof Self ? Self[D] : number;
