// The rule of layers one after the other, and the first of them that does not go with the one before it.
import type { Fits, ShowDim } from '../tensor/shapes/dim';
import type { Keeps, Projects, RuleOf } from './layer-types';

/** What Sequential chains, of which the types need to know no more. */
type Layers = readonly { forward(x: any): any }[];
type RulesOf<Ls extends Layers> = { [I in keyof Ls]: RuleOf<Ls[I]> };

/** The rule of the layers; unknown where their number is, and where one was refused. */
export type Composed<Ls extends Layers> = Ls extends [unknown, ...unknown[]] ? Rule<Compose<RulesOf<Ls>>> : unknown;
type Rule<State> = State extends [Keeps, infer P] ? P : State extends [unknown, unknown] ? State : unknown;

/** The layers; the first that does not go with the one before it is replaced by the reason. */
export type Chain<Ls extends Layers> =
  Compose<RulesOf<Ls>> extends [infer N extends number, infer In, infer D] ? Refused<Ls, N, In, D> : Ls;
type Refused<Ls extends Layers, N extends number, In, D> = {
  [I in keyof Ls]: I extends `${N}`
    ? `Sequential: layer ${N} takes ${ShowDim<In>} features, the layer before gives ${ShowDim<D>}`
    : Ls[I];
};

/**
 * The rules one after the other, with neighbours made one. The state is itself a rule: what is done, then one that grows
 * with everything that projects or keeps, until a rule of another kind comes. A state of three is a fault: the place, what
 * is taken there and what is given. N counts, as a list of as many.
 */
type Compose<
  Rs extends readonly unknown[],
  State = [Keeps, Keeps],
  N extends 0[] = [],
> = N['length'] extends Rs['length']
  ? State
  : State extends [unknown, unknown]
    ? Compose<Rs, Step<State, Rs[N['length']], N['length']>, [...N, 0]>
    : State;
type Step<State, R, N> = R extends Keeps
  ? State
  : R extends Projects<infer In, infer Out>
    ? State extends [infer Done, Projects<infer First, infer Last>]
      ? Fits<Last, In> extends false
        ? [N, In, Last]
        : [Done, Projects<First, Out>]
      : State extends [infer Done, Keeps]
        ? [Done, R]
        : State
    : [[State, R], Keeps];
