import type { Aligned, Broadcasts } from './broadcast';
import type { Box, Fits, Show, ShowDim } from './dim';
import type { OfShape, ShapeOf } from './shape';

/** U, or the reason why T cannot be multiplied by it. */
export type Factor<T, U> =
  U extends OfShape<infer B>
    ? unknown extends B
      ? U
      : Multiplies<ShapeOf<T>, B> extends false
        ? MatMulError<ShapeOf<T>, B>
        : U
    : never;

/** The shape of the matrix product of T and U. */
export type Product<T, U> = Result<ShapeOf<T>, ShapeOf<U>>;
type Result<A, B> = Multiplies<A, B> extends false ? any : MatMul<A, B>;

/** Whether A times B is possible: false only where it is certain that it is not. */
type Multiplies<A, B> =
  Box<unknown> extends Box<A | B>
    ? true
    : Box<A> extends Box<[...infer L, infer K]>
      ? Box<B> extends Box<[...infer P, infer J, infer _N]>
        ? Fits<K, J> extends false
          ? false
          : P extends []
            ? true
            : LeadingFit<L, P>
        : Box<B> extends Box<[infer J]>
          ? Fits<K, J>
          : IsKnown<B>
      : IsKnown<A>;
type LeadingFit<L, P> = L extends [...infer Q, infer _M] ? Broadcasts<Q, P> : true;
/** A scalar cannot be multiplied; of other shapes that do not come apart nothing is known. */
type IsKnown<S> = S extends [] ? false : true;

/** [..., M, K] times [..., K, N] is [..., M, N]; a vector stands for a row on the left and for a column on the right. */
type MatMul<A, B> =
  Box<unknown> extends Box<A | B>
    ? any
    : Box<A> extends Box<[...infer L, infer _K]>
      ? Box<B> extends Box<[...infer P, infer _J, infer N]>
        ? P extends []
          ? [...L, N]
          : L extends [...infer Q, infer M]
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
