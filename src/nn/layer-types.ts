// What the types know about layers. Each states its rule under one symbol, and all have the same signature of forward, so
// that a list of different layers can be called in a loop.
import type { Box, Fits, Show, ShowDim } from '../tensor/shapes/dim';
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
/** What a layer states, a list of rules being one after the other; unknown of a module that states none. */
export type RuleOf<L> = L extends { readonly [rule]: infer R } ? R : unknown;

/** The shape of the output of a layer L for an input X. */
export type Output<L, X> = After<RuleOf<L>, ShapeOf<X>>;

/** X, or the reason why the layer does not take it. */
export type Input<L, X> =
  X extends OfShape<infer S extends object>
    ? unknown extends S
      ? X
      : Takes<RuleOf<L>, S> extends false
        ? Refusal<RuleOf<L>, S>
        : X
    : never;

/** The shape that the rule makes of S; unknown where that cannot be told. */
export type After<R, S extends object> = R extends Keeps
  ? S
  : R extends Projects<infer In, infer Out>
    ? Projected<S, In, Out>
    : R extends Flattens<infer I, infer J>
      ? Flattened<OfShape<S>, I, J>
      : R extends readonly [infer First, ...infer Rest]
        ? After<Rest, After<First, S>>
        : R extends readonly []
          ? S
          : any;
type Projected<S, In, Out> =
  Box<unknown> extends Box<S>
    ? any
    : Box<S> extends Box<[...infer L, infer D]>
      ? Fits<D, In> extends false
        ? any
        : [...L, Out]
      : any;

/** Whether the rule goes with S: false only where it is certain that it does not. */
export type Takes<R, S extends object> =
  R extends Projects<infer In, unknown>
    ? Box<S> extends Box<[...infer _L, infer D]>
      ? Fits<D, In>
      : S extends []
        ? false
        : true
    : R extends readonly [infer First, ...infer Rest]
      ? Takes<First, S> extends false
        ? false
        : Takes<Rest, After<First, S>>
      : true;

type Refusal<R, S extends object> =
  R extends Projects<infer In, infer Out>
    ? `layer ${ShowDim<In>} -> ${ShowDim<Out>} takes [..., ${ShowDim<In>}], not ${Show<S>}`
    : R extends readonly [infer First, ...infer Rest]
      ? Takes<First, S> extends false
        ? Refusal<First, S>
        : Refusal<Rest, After<First, S>>
      : never;

/** What Sequential chains, of which it needs to know no more. */
type Layers = readonly { forward(x: any): any }[];

/** The layers; the first that does not go with the one before it is replaced by the reason. */
export type Chain<Ls extends Layers, S extends object = [number], Done extends unknown[] = []> = Ls extends readonly [
  infer L,
  ...infer Rest extends Layers,
]
  ? Takes<RuleOf<L>, S> extends false
    ? [...Done, Mismatch<RuleOf<L>, S, Done['length']>, ...Rest]
    : Chain<Rest, After<RuleOf<L>, S>, [...Done, L]>
  : [...Done, ...Ls];
type Mismatch<R, S extends object, N extends number> =
  R extends Projects<infer In, unknown>
    ? S extends [infer D]
      ? `Sequential: layer ${N} takes ${ShowDim<In>} features, the layer before gives ${ShowDim<D>}`
      : never
    : R extends readonly [infer First, ...infer Rest]
      ? Takes<First, S> extends false
        ? Mismatch<First, S, N>
        : Mismatch<Rest, After<First, S>, N>
      : never;

/** The rule of layers one after the other; unknown of a list whose length is, and of one that was refused. */
export type Rules<Ls extends Layers> = Ls extends readonly [unknown, ...unknown[]]
  ? Settle<{ -readonly [I in keyof Ls]: RuleOf<Ls[I]> }>
  : unknown;
type Settle<Rs> = Takes<Rs, [number]> extends false ? unknown : Rs;
