/** One dim in a type: a size, a name that stands for a size (`'batch'`), or `number` for a size that is not known. */
export type Dim = number | string;

/** A shape in a type: a tuple of dims, such as `[2, 3]` or `['batch', number, 3]`. */
export type Shape = readonly Dim[];

export declare const shape: unique symbol;
export declare const dims: unique symbol;

/** Names the shape for inference. It does not use its argument, so that it takes no part in what may be assigned to what. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Named<_S> {}

/** Decides which tensors may be assigned to which: a size to itself and to names, a name likewise, unknown to all. */
export type Dims<S> = number extends S['length' & keyof S] ? any : { readonly [K in keyof S]: DimMark<S[K]> };
type DimMark<D> = number extends D ? any : string extends D ? any : D extends number ? Size<D> : Name<D>;
interface Size<D> {
  readonly size: D;
  readonly name: any;
}
interface Name<D> {
  readonly size: any;
  readonly name: D;
}

/** What a tensor or parameter of shape S is to inference. */
export interface OfShape<S> {
  readonly [shape]: Named<S>;
}
/** The shape of a tensor's type, `any` of the untyped `Tensor`; a number has the shape []. */
export type ShapeOf<T> = T extends OfShape<infer S extends object> ? S : [];

/** A tuple as `const` inference gives it, `readonly [2, 3]`, as a shape: [2, 3]. */
export type Tuple<S extends Shape> = number extends S['length'] ? any : { -readonly [K in keyof S]: S[K] };
