import type { Agree } from '../tensor/shapes/agree';
import type { Show } from '../tensor/shapes/dim';
import type { OfShape, ShapeOf } from '../tensor/shapes/shape';
import type { Reduction } from './reduction';

/** The shape of a loss: one number, or one for each of `Losses`. */
export type Reduced<R extends Reduction, Losses extends object> = R extends 'none' ? Losses : [];

/** U, or the reason why it holds neither labels nor probabilities for logits T. */
export type Target<T, U> =
  U extends OfShape<infer B>
    ? unknown extends B
      ? U
      : Suits<ShapeOf<T>, B> extends false
        ? `crossEntropyLoss: logits ${Show<ShapeOf<T>>} need labels ${Show<LabelsOf<T>>} or probabilities ${Show<ShapeOf<T>>}, not ${Show<B>}`
        : U
    : never;
type Suits<A extends object, B> = Agree<A, B> extends false ? Agree<WithoutClasses<A>, B> : true;

/** The shape of the labels of logits T, one of which is one loss. */
export type LabelsOf<T> = WithoutClasses<ShapeOf<T>>;
/** [C] without its classes is [], and [N, C, ...] is [N, ...]. */
type WithoutClasses<S extends object> = unknown extends S
  ? any
  : S extends [unknown]
    ? []
    : S extends [infer N, unknown, ...infer R]
      ? [N, ...R]
      : any;
