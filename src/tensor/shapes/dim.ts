/** `Same<A> extends Same<B>` says whether A is B, even of type parameters: the cheap way out of most checks. */
export interface Same<in out T> {
  readonly is: T;
}
/** `Box<A> extends Box<[...infer L extends List, infer D]>` also takes a shape apart that begins with an unknown `...L`. */
export interface Box<out T> {
  readonly holds: T;
}
export type List = readonly unknown[];

/** Whether A and B can be one size: equal sizes, equal names, a name and a size, or one that is not known. */
export type Fits<A, B> = Same<A> extends Same<B> ? true : number extends A | B ? true : FitsOther<A, B>;
type FitsOther<A, B> = A extends number ? (B extends number ? false : true) : B extends number ? true : false;

/** Whether A and B broadcast, and the dim that they then have. */
export type Widens<A, B> = A extends 1 ? true : B extends 1 ? true : Fits<A, B>;
export type Wider<A, B> =
  Same<A> extends Same<B>
    ? A
    : A extends 1
      ? B
      : B extends 1
        ? A
        : number extends A
          ? B extends number
            ? B
            : number
          : A extends number
            ? A
            : number extends B
              ? number
              : B;

/** '[2, batch, ?]', as errors write a shape. */
export type Show<S> = S extends readonly [unknown, ...unknown[]] | readonly [] ? `[${Join<S>}]` : '[...]';
type Join<S> = S extends readonly [infer D]
  ? ShowDim<D>
  : S extends readonly [infer D, ...infer R]
    ? `${ShowDim<D>}, ${Join<R>}`
    : '';
export type ShowDim<D> = number extends D ? '?' : D extends number | string ? `${D}` : '?';
