import type { Buffer, Parameter } from '../tensor';
import type { Box, Show } from '../tensor/shapes/dim';
import type { ShapeOf } from '../tensor/shapes/shape';
import type { ShapeDeclaration } from './shape-declaration';

/**
 * The type of `@param(...)` and `@buffer(...)` in both dialects: it is called with the target and the key (legacy), or with
 * undefined and a context (standard). Where the field does not suit the declaration the second becomes a text, which the
 * compiler prints.
 */
export interface FieldDecorator<S extends ShapeDeclaration, K extends keyof Kinds> {
  <T, C>(target: T, field: Checked<S, K, T, C>): void;
}

interface Kinds {
  parameter: { says: '@param'; type: 'Parameter' };
  buffer: { says: '@buffer'; type: 'Buffer' };
}
type Says<K extends keyof Kinds> = Kinds[K]['says'];
type Held<K, S extends object> = K extends 'parameter' ? Parameter<S> : Buffer<S>;

/** What is read of a standard context: where the field stands, and the types of the instance and of the field. */
interface Context<Kind, Static, Private, Self, Value> {
  readonly kind: Kind;
  readonly static: Static;
  readonly private: Private;
  readonly access: { get(self: Self): Value };
}

type Checked<S, K extends keyof Kinds, T, C> =
  C extends Context<infer Kind, infer Static, infer Private, infer Self, infer Value>
    ? [Kind, Static, Private] extends ['field', false, false]
      ? Field<S, K, Self, Value, C>
      : `${Says<K>} stands on a ${Place<Kind, Static, Private>}: declare an instance field, ${Says<K>}([3]) w!: ${Kinds[K]['type']}`
    : T extends abstract new (...args: never) => unknown
      ? `${Says<K>} stands on a static field: declare an instance field, ${Says<K>}([3]) w!: ${Kinds[K]['type']}`
      : Field<S, K, T, C extends keyof T ? T[C] : unknown, C>;
type Place<Kind, Static, Private> =
  `${Static extends true ? 'static ' : ''}${Private extends true ? '#private ' : ''}${Kind & string}`;

type Field<S, K extends keyof Kinds, Self, Value, C> =
  Names<S, Self> extends false
    ? `${Says<K>}: '${Wrong<S, Self>}' is no numeric field of this class`
    : Owns<S, Self> extends false
      ? `${Says<K>}: its shape function takes an instance of another class`
      : Suits<Held<K, Declared<S, Self>>, Value> extends false
        ? Misfit<K, Declared<S, Self>, Value>
        : C;

/** Whether every name in S is a numeric field: false only where it is certain that one is not. */
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

type Misfit<K extends keyof Kinds, S extends object, Value> =
  Suits<Held<K, any>, Value> extends true
    ? `${Says<K>} of shape ${Show<S>} on a field of shape ${Show<ShapeOf<NonNullable<Value>>>}`
    : `${Says<K>} stands on a field that is no ${Kinds[K]['type']}`;
