import type { Tensor } from '../tensor';
import type { Resized, Unsqueezed } from './movement';
import type { ShapeOf } from './shape';

/** The shape of tensors of one shape joined along a new axis I. */
export type Stacked<Ts extends readonly Tensor[], I> = Unsqueezed<Ts[0], I, Ts['length']>;
/** The shape of tensors joined along axis I; the sum of their sizes is left to run time. */
export type Concatenated<Ts extends readonly Tensor[], I> = Resized<Ts[0], I>;

/** The shape of T and one more dim. */
export type Extended<T, D> = Unsqueezed<T, -1, D>;
/** The shape of the rows of a weight W that the indices T name. */
export type Embedded<T, W> = Extended<T, LastDim<ShapeOf<W>>>;
type LastDim<S> = S extends [...infer _L, infer D] ? D : number;

/** The shape of the slices of T along axis I that a list U of indices names. */
export type Selected<T, I, U> = Resized<T, I, FirstDim<ShapeOf<U>>>;
type FirstDim<S> = unknown extends S ? number : S extends [infer D, ...infer _R] ? D : number;
