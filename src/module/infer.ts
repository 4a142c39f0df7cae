const brand = Symbol.for('decograd:infer');

/** A size that the first forward's arguments decide; made by {@link infer}. */
export interface Infer {
  readonly [brand]: (...args: any[]) => number;
}

/**
 * A size computed from the arguments of the module's first `forward`. Until then the parameter's shape shows `?`, and
 * using, stepping or saving it is an error that says so; an optimizer may already hold it.
 *
 * Source: PyTorch's lazy modules, https://docs.pytorch.org/docs/stable/generated/torch.nn.modules.lazy.LazyModuleMixin.html
 *
 * @example
 * ```ts
 * @module
 * class Head extends Module {
 *   @param([10, infer((x: Tensor) => x.shape.at(-1)!)], { init: init.normal() }) weight!: Parameter;
 *   forward(x: Tensor) { return x.matmul(this.weight.transpose()); }
 * }
 * ```
 */
export function infer(size: (...args: any[]) => number | undefined): Infer {
  return { [brand]: size as (...args: any[]) => number };
}

export function isInfer(dim: unknown): dim is Infer {
  return typeof dim === 'object' && dim !== null && brand in dim;
}

/** What the dimension is for these arguments of forward. */
export function inferredSize(dim: Infer, args: readonly unknown[]): unknown {
  return dim[brand](...args);
}
