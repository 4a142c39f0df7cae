import type { Tensor } from '../tensor';
import type { Agree, Agreeing } from '../tensor/shapes/agree';
import type { Show } from '../tensor/shapes/dim';
import type { OfShape, ShapeOf } from '../tensor/shapes/shape';
import type { Reduction } from './reduction';

/** The shape of a loss: one number, or one for each of `Losses`. */
export type Reduced<R extends string, Losses extends object> = R extends 'none' ? Losses : [];

/** A loss of output and target of one shape, with one value for each element. */
export interface ElementLoss<Op extends string, Options extends object, Reductions extends string = Reduction> {
  <T extends Tensor, U extends Tensor, R extends Reductions = 'mean' & Reductions>(
    output: T,
    target: Agreeing<Op, T, U>,
    options?: Options & { readonly reduction?: R },
  ): Tensor<Reduced<R, ShapeOf<T>>>;
}

/** A loss of output [C] or [N, C, ...] and labels [] or [N, ...], with one value for each label. */
export interface LabelLoss<Op extends string, Options extends object> {
  <T extends Tensor, U extends Tensor, R extends Reduction = 'mean'>(
    output: T,
    target: Labels<Op, T, U>,
    options?: Options & { readonly reduction?: R },
  ): Tensor<Reduced<R, LabelsOf<T>>>;
}

/** U, or the reason why it holds no labels for an output T. */
export type Labels<Op extends string, T, U> =
  U extends OfShape<infer B>
    ? unknown extends B
      ? U
      : HoldsLabels<T, B> extends false
        ? `${Op}: an output of ${Show<ShapeOf<T>>} needs labels ${Show<LabelsOf<T>>}, not ${Show<B>}`
        : U
    : never;

/** U, or the reason why it holds neither labels nor probabilities for logits T. */
export type Target<T, U> =
  U extends OfShape<infer B>
    ? unknown extends B
      ? U
      : Suits<T, B> extends false
        ? `crossEntropyLoss: logits ${Show<ShapeOf<T>>} need labels ${Show<LabelsOf<T>>} or probabilities ${Show<ShapeOf<T>>}, not ${Show<B>}`
        : U
    : never;
type Suits<T, B> = Agree<ShapeOf<T>, B> extends false ? HoldsLabels<T, B> : true;
/** Inferred first: of a type that is still to be computed, TypeScript would say that anything agrees with it. */
type HoldsLabels<T, B> = LabelsOf<T> extends infer L ? Agree<L, B> : never;

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
