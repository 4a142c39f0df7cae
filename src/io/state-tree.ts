import type { Tensor } from '../tensor';

/** State to be saved: plain data as in JSON, in which tensors may stand anywhere. */
export type StateTree =
  null | undefined | boolean | number | string | Tensor | readonly StateTree[] | { readonly [key: string]: StateTree };
