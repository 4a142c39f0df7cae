import type { Tensor } from '../tensor';
import type { Box, List, Same, Show, Widens, Wider } from './dim';
import type { ShapeOf } from './shape';

/** What elementwise operations take. */
export type Operand = Tensor | number;

/** U, or the reason why it does not broadcast with T. */
export type Fitting<Op extends string, T, U> = U extends number
  ? U
  : unknown extends ShapeOf<U>
    ? U
    : Broadcasts<ShapeOf<T>, ShapeOf<U>> extends false
      ? `${Op}: shapes ${Show<ShapeOf<T>>} and ${Show<ShapeOf<U>>} do not broadcast`
      : U;

/** The shape that T and U broadcast to. */
export type Broadcast<T, U> = Result<ShapeOf<T>, ShapeOf<U>>;
type Result<A, B> = Broadcasts<A, B> extends false ? any : Broadcasting<A, B>;

/** Whether the shapes broadcast: false only where it is certain that they do not. */
export type Broadcasts<A, B> =
  Same<A> extends Same<B>
    ? true
    : Box<B> extends Box<[...infer M extends List, infer E]>
      ? Box<A> extends Box<[...infer L extends List, infer D]>
        ? Widens<D, E> extends false
          ? false
          : Broadcasts<L, M>
        : true
      : true;

/** The shape that both broadcast to. A & B is the one that both are, or `any`. */
type Broadcasting<A, B> =
  Same<A> extends Same<B>
    ? A & B
    : Box<B> extends Box<[...infer M extends List, infer E]>
      ? Box<A> extends Box<[...infer L extends List, infer D]>
        ? Aligned<L, M, [Wider<D, E>]>
        : A extends []
          ? B
          : any
      : B extends []
        ? A
        : any;

/** What A and B broadcast to, and the dims R after it. */
export type Aligned<A extends List, B extends List, R extends List> = B extends []
  ? [...A, ...R]
  : A extends []
    ? [...B, ...R]
    : B extends [...infer M extends List, infer E]
      ? A extends [...infer L extends List, infer D]
        ? Aligned<L, M, [Wider<D, E>, ...R]>
        : any
      : any;
