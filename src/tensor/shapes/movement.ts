import type { Drop, Place, Put } from './axis';
import type { Box, List, Show } from './dim';
import type { ShapeOf } from './shape';

/** Sizes as an argument: `const S extends Sizes` keeps `[2, 3]` as it was written. */
export type Sizes = readonly number[];

/** A size of -1 is whatever is left. */
export type Reshaped<S extends Sizes> = number extends S['length']
  ? any
  : { -readonly [P in keyof S]: S[P] extends -1 ? number : S[P] };

/** T with the axes I and J swapped. */
export type Transposed<T, I, J> = Transpose<ShapeOf<T>, I, J>;
type Transpose<S, I, J> = unknown extends S
  ? any
  : [I, J] extends [-2, -1]
    ? Box<S> extends Box<[...infer L extends List, infer M, infer N]>
      ? [...L, N, M]
      : any
    : Swap<S, Place<S, I>, Place<S, J>>;
type Swap<S, I, J> = [I, J] extends [never, unknown] | [unknown, never]
  ? any
  : { [P in keyof S]: P extends I ? S[J & keyof S] : P extends J ? S[I & keyof S] : S[P] };

/** T with its axes in the order P. */
export type Permuted<T, P extends Sizes> = Permute<ShapeOf<T>, P>;
type Permute<S, P extends Sizes> = [Place<S, P[number]>] extends [never]
  ? any
  : { -readonly [I in keyof P]: S[Place<S, P[I]> & keyof S] };

/** P, or the reason why it is no order of T's axes. */
export type Order<T, P extends Sizes> =
  Ordered<ShapeOf<T>, P> extends false ? `permute: ${Show<P>} must name every axis of ${Show<ShapeOf<T>>} once` : P;
/** Whether P has as many axes as S, and no place of S is missing. */
type Ordered<S, P extends Sizes> = [Place<S, P[number]>] extends [never]
  ? true
  : S extends { readonly length: P['length'] }
    ? [Exclude<Extract<keyof S, `${number}`>, Place<S, P[number]>>] extends [never]
      ? true
      : false
    : false;

/** T with the axes I to J joined; their product is left to run time. */
export type Flattened<T, I, J> = Flatten<ShapeOf<T>, I, J>;
type Flatten<S, I, J> = S extends [] ? [1] : Join<S, Place<S, I>, Place<S, J>>;
type Join<S, I, J> = [I, J] extends [never, unknown] | [unknown, never]
  ? any
  : I extends J
    ? S
    : [...Before<S, I>, number, ...After<S, J>];

/** The dims before and after a place. */
type Before<S, K, Done extends unknown[] = []> = `${Done['length']}` extends K
  ? Done
  : S extends [infer D, ...infer R]
    ? Before<R, K, [...Done, D]>
    : Done;
type After<S, K> = S extends [...Before<S, K>, infer _D, ...infer R] ? R : [];

/** T with a dim D put in at I. */
export type Unsqueezed<T, I, D = 1> = Unsqueeze<ShapeOf<T>, I, D>;
type Unsqueeze<S, I, D> = unknown extends S
  ? any
  : Box<S> extends Box<[...infer L extends List]>
    ? I extends -1
      ? [...L, D]
      : I extends 0
        ? [D, ...L]
        : Insert<S, Place<[D, ...L], I>, D>
    : any;
type Insert<S, K, D> = [K] extends [never]
  ? any
  : S extends [...Before<S, K>, ...infer R]
    ? [...Before<S, K>, D, ...R]
    : any;

/** T without axis I if its size is 1, or without all axes of size 1; unknown where a size that decides it is. */
export type Squeezed<T, I> = Squeeze<ShapeOf<T>, I>;
type Squeeze<S, I> = unknown extends S ? any : [I] extends [undefined] ? WithoutOnes<S> : SqueezeAt<S, Place<S, I>>;
type SqueezeAt<S, K> = [K] extends [never]
  ? any
  : IsOne<S[K & keyof S]> extends true
    ? Drop<S, K>
    : IsOne<S[K & keyof S]> extends false
      ? S
      : any;
type WithoutOnes<S, Kept extends unknown[] = []> = S extends [infer D, ...infer R]
  ? IsOne<D> extends true
    ? WithoutOnes<R, Kept>
    : IsOne<D> extends false
      ? WithoutOnes<R, [...Kept, D]>
      : any
  : S extends []
    ? Kept
    : any;
type IsOne<D> = D extends 1 ? true : number extends D ? boolean : D extends number ? false : boolean;

/** T with D on axis I: by default a size that run time decides, as a slice has. */
export type Resized<T, I, D = number> = number extends I ? Unsized<T> : Put<ShapeOf<T>, Place<ShapeOf<T>, I>, D>;
/** As many dims as T has, of sizes that run time decides. */
export type Unsized<T> = Unsize<ShapeOf<T>>;
type Unsize<S> = unknown extends S ? any : { [P in keyof S]: number };
