// What the types know about layers. Each states its rule under one symbol, and all have the same signature of forward, so
// that a list of different layers can be called in a loop.
import type { Box, Fits, List, Show, ShowDim } from '../tensor/shapes/dim';
import type { Flattened } from '../tensor/shapes/movement';
import type { OfShape, ShapeOf } from '../tensor/shapes/shape';

export declare const rule: unique symbol;

/** The rule of a layer whose output has the shape of its input. */
export interface Keeps {
  readonly keeps: true;
}
/** [..., In] becomes [..., Out]. */
export interface Projects<In, Out> {
  readonly takes: In;
  readonly gives: Out;
}
/** The axes from Start to End are joined. */
export interface Flattens<Start, End> {
  readonly start: Start;
  readonly end: End;
}
/** What a layer states, a pair of rules being one after the other; unknown of a module that states none. */
export type RuleOf<L> = L extends { readonly [rule]: infer R } ? R : unknown;

/** The shape of the output of a layer L for an input X. */
export type Output<L, X> = After<RuleOf<L>, ShapeOf<X>>;

/** X, or the reason why the layer does not take it. */
export type Input<L, X> = X extends unknown
  ? unknown extends ShapeOf<X>
    ? X
    : Takes<RuleOf<L>, ShapeOf<X>> extends false
      ? Refusal<RuleOf<L>, ShapeOf<X>>
      : X
  : never;

/** The shape that the rule makes of S; unknown where that cannot be told. */
type After<R, S extends object> =
  R extends Projects<infer In, infer Out>
    ? Projected<S, In, Out>
    : R extends Keeps
      ? S
      : R extends Flattens<infer I, infer J>
        ? Flattened<OfShape<S>, I, J>
        : R extends [infer First, infer Second]
          ? After<Second, After<First, S>>
          : any;
type Projected<S, In, Out> =
  Box<unknown> extends Box<S>
    ? any
    : Box<S> extends Box<[...infer L extends List, infer D]>
      ? Fits<D, In> extends false
        ? any
        : [...L, Out]
      : any;

/** Whether the rule goes with S: false only where it is certain that it does not. */
type Takes<R, S extends object> =
  R extends Projects<infer In, infer _Out>
    ? Box<S> extends Box<[...infer _L extends List, infer D]>
      ? Fits<D, In>
      : S extends []
        ? false
        : true
    : R extends [infer First, infer Second]
      ? Takes<First, S> extends false
        ? false
        : Takes<Second, After<First, S>>
      : true;

type Refusal<R, S extends object> =
  R extends Projects<infer In, infer Out>
    ? `layer ${ShowDim<In>} -> ${ShowDim<Out>} takes [..., ${ShowDim<In>}], not ${Show<S>}`
    : R extends [infer First, infer Second]
      ? Takes<First, S> extends false
        ? Refusal<First, S>
        : Refusal<Second, After<First, S>>
      : never;
