import type { Box, List, Show } from './dim';
import type { ShapeOf } from './shape';

/** Axes to work along: one, or a list. */
export type Axes = number | readonly number[];

/**
 * For each number of dims: where its axes stand, counted from the front. With more dims nothing is checked. A scalar counts
 * as having one, since it may be reduced along it.
 */
// prettier-ignore
interface Places {
  0: { '-1': '0'; '0': '0' };
  1: { '-1': '0'; '0': '0' };
  2: { '-2': '0'; '-1': '1'; '0': '0'; '1': '1' };
  3: { '-3': '0'; '-2': '1'; '-1': '2'; '0': '0'; '1': '1'; '2': '2' };
  4: { '-4': '0'; '-3': '1'; '-2': '2'; '-1': '3'; '0': '0'; '1': '1'; '2': '2'; '3': '3' };
  5: { '-5': '0'; '-4': '1'; '-3': '2'; '-2': '3'; '-1': '4'; '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4' };
  6: { '-6': '0'; '-5': '1'; '-4': '2'; '-3': '3'; '-2': '4'; '-1': '5'; '0': '0'; '1': '1'; '2': '2'; '3': '3'; '4': '4'; '5': '5' };
}
type PlacesOf<S> =
  Box<unknown> extends Box<S>
    ? unknown
    : Box<S> extends Box<{ readonly length: infer N extends keyof Places }>
      ? Places[N]
      : unknown;
type Each<I> = I extends readonly (infer E)[] ? E : I;

/** The axis I, or the reason why T has none such. */
export type Axis<Op extends string, T, I> = I extends number ? Along<Op, T, I> : I;
/** The axis I, or the reason why T cannot get one there: there is one place more than there are axes. */
export type NewAxis<Op extends string, T, I> = I extends number
  ? Checked<`${Op}: axis`, PlacesOf<Insert<ShapeOf<T>>>, ShapeOf<T>, I>
  : I;
/** One axis or a list of them, or the reason why T has none such. It does not distribute: `const I` needs that. */
export type Along<Op extends string, T, I> = Checked<`${Op}: axis`, PlacesOf<ShapeOf<T>>, ShapeOf<T>, I>;

type Checked<Text extends string, P, S, I> =
  Inside<P, Each<I>> extends false ? `${Text} ${Outside<P, Each<I>>} is outside ${Show<S>}` : I;
type Inside<P, I> = number extends I ? true : unknown extends P ? true : [Outside<P, I>] extends [never] ? true : false;
type Outside<P, I> = I extends number ? Exclude<`${I}`, keyof P> : never;
type Insert<S> = S extends [...infer L] ? [1, ...L] : S;

/** Where the axes I of S stand: '2' for -1 in a shape of three. Never where the types do not know it. */
export type Place<S, I> = number extends Each<I> ? never : PlaceIn<PlacesOf<S>, Each<I>>;
type PlaceIn<P, I> = I extends number ? P[`${I}` & keyof P] : never;

/** S without the axes at K; S with D on them. Unknown where K is. */
export type Drop<S, K> = [K] extends [never] ? any : DropAt<S, K>;
type DropAt<S, K, Kept extends unknown[] = [], Seen extends 0[] = []> = S extends [infer D, ...infer R]
  ? DropAt<R, K, `${Seen['length']}` extends K ? Kept : [...Kept, D], [...Seen, 0]>
  : Kept;
export type Put<S, K, D> = [K] extends [never] ? any : { [P in keyof S]: P extends K ? D : S[P] };

/** The shape of T with the axes I (all, where undefined) reduced: left out, or of size 1 where Keep. */
export type Reduced<T, I, Keep = false> = Reduce<ShapeOf<T>, I, Keep>;
type Reduce<S, I, Keep> = [I] extends [undefined | readonly []]
  ? Keep extends true
    ? Ones<S>
    : []
  : [I] extends [-1]
    ? ReduceLast<S, Keep>
    : Keep extends true
      ? Put<S, Place<S, I>, 1>
      : Drop<S, Place<S, I>>;
type Ones<S> = unknown extends S ? any : { [P in keyof S]: 1 };
type ReduceLast<S, Keep> = unknown extends S
  ? any
  : Box<S> extends Box<[...infer L extends List, infer _D]>
    ? Keep extends true
      ? [...L, 1]
      : L
    : Box<S> extends Box<readonly []>
      ? []
      : any;
