import type { Tensor } from '../tensor';
import type { Box, Same, Show, Wider, Widens } from './dim';
import type { OfShape, ShapeOf } from './shape';

/** What elementwise operations take. */
export type Operand = Tensor | number;

/** U, or the reason why it does not broadcast with T. */
export type Fitting<Op extends string, T, U> =
  U extends OfShape<infer B>
    ? unknown extends B
      ? U
      : Broadcasts<ShapeOf<T>, B> extends false
        ? `${Op}: shapes ${Show<ShapeOf<T>>} and ${Show<B>} do not broadcast`
        : U
    : U;

/** The shape that T and U broadcast to. */
export type Broadcast<T, U> = Result<ShapeOf<T>, ShapeOf<U>>;
type Result<A, B> = Broadcasts<A, B> extends false ? any : Broadcasting<A, B>;

/** Whether the shapes broadcast: false only where it is certain that they do not. */
export type Broadcasts<A, B> =
  Same<A> extends Same<B>
    ? true
    : Box<B> extends Box<[...infer M, infer E]>
      ? Box<A> extends Box<[...infer L, infer D]>
        ? Widens<D, E> extends false
          ? false
          : Broadcasts<L, M>
        : true
      : true;

/** The shape that both broadcast to. A & B is the one that both are, or `any`. */
type Broadcasting<A, B> =
  Same<A> extends Same<B>
    ? A & B
    : Box<B> extends Box<[...infer M, infer E]>
      ? Box<A> extends Box<[...infer L, infer D]>
        ? Aligned<L, M, [Wider<D, E>]>
        : A extends []
          ? B
          : any
      : B extends []
        ? A
        : any;

/** What A and B broadcast to, and the dims R after it. */
export type Aligned<A extends unknown[], B extends unknown[], R extends unknown[]> = B extends []
  ? [...A, ...R]
  : A extends []
    ? [...B, ...R]
    : B extends [...infer M, infer E]
      ? A extends [...infer L, infer D]
        ? Aligned<L, M, [Wider<D, E>, ...R]>
        : any
      : any;
