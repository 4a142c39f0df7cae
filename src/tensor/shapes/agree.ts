import type { Box, Show } from './dim';
import type { Dims, ShapeOf } from './shape';

/** U, or the reason why it has another shape than T: for what does not broadcast. */
export type Agreeing<Op extends string, T, U> = U extends number
  ? U
  : unknown extends ShapeOf<U>
    ? U
    : Agree<ShapeOf<T>, ShapeOf<U>> extends false
      ? `${Op}: ${Show<ShapeOf<T>>} and ${Show<ShapeOf<U>>} differ`
      : U;

/** Whether A and B can be one shape: false only where it is certain that they cannot. */
export type Agree<A, B> = Box<Dims<B>> extends Box<Dims<A>> ? true : false;
