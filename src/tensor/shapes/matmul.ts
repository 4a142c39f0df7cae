import type { Aligned, Broadcasts } from './broadcast';
import type { Box, Fits, List, Show, ShowDim } from './dim';
import type { ShapeOf } from './shape';

/** U, or the reason why T cannot be multiplied by it. */
export type Factor<T, U> = U extends unknown
  ? unknown extends ShapeOf<U>
    ? U
    : Multiplies<ShapeOf<T>, ShapeOf<U>> extends false
      ? MatMulError<ShapeOf<T>, ShapeOf<U>>
      : U
  : never;

/** The shape of the matrix product of T and U. */
export type Product<T, U> = Result<ShapeOf<T>, ShapeOf<U>>;
type Result<A, B> = Multiplies<A, B> extends false ? any : MatMul<A, B>;

/** Whether A times B is possible: false only where it is certain that it is not. */
type Multiplies<A, B> =
  Box<unknown> extends Box<A | B>
    ? true
    : Box<A> extends Box<[...infer L extends List, infer K]>
      ? Box<B> extends Box<[...infer P extends List, infer J, infer _N]>
        ? Fits<K, J> extends false
          ? false
          : P extends []
            ? true
            : LeadingFit<L, P>
        : Box<B> extends Box<[infer J]>
          ? Fits<K, J>
          : IsKnown<B>
      : IsKnown<A>;
type LeadingFit<L, P> = Box<L> extends Box<[...infer Q extends List, infer _M]> ? Broadcasts<Q, P> : true;
/** A scalar cannot be multiplied; of other shapes that do not come apart nothing is known. */
type IsKnown<S> = S extends [] ? false : true;

/** [..., M, K] times [..., K, N] is [..., M, N]; a vector stands for a row on the left and for a column on the right. */
type MatMul<A, B> =
  Box<unknown> extends Box<A | B>
    ? any
    : Box<A> extends Box<[...infer L extends List, infer _K]>
      ? Box<B> extends Box<[...infer P extends List, infer _J, infer N]>
        ? P extends []
          ? [...L, N]
          : Box<L> extends Box<[...infer Q extends List, infer M]>
            ? Aligned<Q, P, [M, N]>
            : [...P, N]
        : Box<B> extends Box<[infer _J]>
          ? L
          : any
      : any;

type MatMulError<A, B> = A extends [...infer _L, infer K]
  ? B extends [...infer _P, infer J, infer _N] | [infer J]
    ? Fits<K, J> extends false
      ? `matmul: ${Show<A>} times ${Show<B>}: ${ShowDim<K>} is not ${ShowDim<J>}`
      : `matmul: ${Show<A>} times ${Show<B>}: the leading dims do not broadcast`
    : `matmul: ${Show<A>} times []: both need at least one axis; use mul to scale by a number`
  : `matmul: [] times ${Show<B>}: both need at least one axis; use mul to scale by a number`;
