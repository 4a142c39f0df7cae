import { ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import type { Initialiser } from '../module/initialiser';
import { module, Module, param } from '../module';
import { countOf, flagOf, numberOption } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import { div, withDerivative } from '../ops';
import { arange, embedding, ones, randn, where, withDevice, zeros, type Parameter, type Tensor } from '../tensor';
import { nodeOf, wrap } from '../tensor/wrap';

export interface EmbeddingOptions {
  /** A row that begins as zeros and receives no gradient; negative ones count from the end. Default null: none. */
  readonly paddingIdx?: number | null;
  /** Rows that are looked up and whose norm is larger are scaled down to it, in the weight itself. Default null. */
  readonly maxNorm?: number | null;
  /** Which norm that is: the p of a p-norm, Infinity for the largest element. Default 2. */
  readonly normType?: number;
  /** Whether the gradient of a row is divided by how often the call looks it up. Default false. */
  readonly scaleGradByFreq?: boolean;
}

const normalButPadding: Initialiser = Object.assign(
  (shape: readonly number[], { self: { paddingIdx } }: { self: Embedding }) => {
    const draws = randn(shape);
    return paddingIdx === null ? draws : draws.where(arange(shape[0]).ne(paddingIdx).unsqueeze(1), 0);
  },
  { label: 'normal' },
);

/**
 * A table of rows: int32 indices [...] become the rows that they name, [..., embeddingDim]. The weight is
 * [numEmbeddings, embeddingDim], normal draws at the start.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 * @throws ValueError for sizes and options out of range
 * @throws IndexError for indices outside of the table, DTypeError for indices that are not int32
 * @example new Embedding(10, 3).forward(tensor([1, 9], { dtype: 'int32' })).shape; // [2, 3]
 */
@module
export class Embedding extends Module {
  @param(['numEmbeddings', 'embeddingDim'], { init: normalButPadding }) weight!: Parameter;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;

  constructor(
    readonly numEmbeddings: number,
    readonly embeddingDim: number,
    options: EmbeddingOptions = {},
  ) {
    super();
    countOf('Embedding', 'numEmbeddings', numEmbeddings, 0);
    countOf('Embedding', 'embeddingDim', embeddingDim, 0);
    checkOptions('Embedding', options, ['paddingIdx', 'maxNorm', 'normType', 'scaleGradByFreq']);
    const { paddingIdx = null, maxNorm = null, normType = 2, scaleGradByFreq = false } = options;
    this.paddingIdx = paddingIdx === null ? null : rowOf(paddingIdx, numEmbeddings);
    this.maxNorm = maxNorm === null ? null : numberOption('Embedding', 'maxNorm', maxNorm, 'notNegative');
    this.normType = normType === Infinity ? normType : numberOption('Embedding', 'normType', normType, 'positive');
    this.scaleGradByFreq = flagOf('Embedding', 'scaleGradByFreq', scaleGradByFreq);
  }

  forward(index: Tensor): Tensor {
    if (this.maxNorm !== null) this.limitRows(index, this.maxNorm);
    const found: Tensor = embedding(index, this.weight);
    const rows = this.scaleGradByFreq && found.requiresGrad ? this.perUse(found, index) : found;
    if (this.paddingIdx === null) return rows;
    return rows.where(index.ne(this.paddingIdx).unsqueeze(-1), rows.detach());
  }

  /** How often each row of the table is looked up. */
  private usesOf(index: Tensor): Tensor {
    const flat = index.flatten();
    return withDevice(this.weight.device, () => zeros([this.numEmbeddings]).scatterAdd(0, flat, ones([flat.size])));
  }

  /** The same rows, whose gradients are divided by how often each is looked up. */
  private perUse(rows: Tensor, index: Tensor): Tensor {
    const uses = this.usesOf(index)
      .indexSelect(0, index.flatten())
      .reshape([...index.shape, 1]);
    const [y, count] = [nodeOf(rows), nodeOf(uses)];
    return wrap(withDerivative([y, count], () => y, (g) => [div(g, count), null])); // prettier-ignore
  }

  /** Scales rows that are looked up down to the largest norm allowed. */
  private limitRows(index: Tensor, most: number): void {
    const { weight, normType } = this;
    const rows = weight.detach();
    const norms = normsOf(rows, normType);
    const tooLong = norms.gt(most).logicalAnd(this.usesOf(index).unsqueeze(1));
    weight.assign(rows.mul(where(tooLong, norms.add(1e-7).reciprocal().mul(most), 1)));
  }
}

/** The row that paddingIdx names, counted from the start. */
function rowOf(paddingIdx: number, rows: number): number {
  if (Number.isInteger(paddingIdx) && paddingIdx >= -rows && paddingIdx < rows)
    return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
  throw new ValueError(
    `Embedding: paddingIdx must be null or a whole number from ${-rows} to ${rows - 1}, not ${show(paddingIdx)}`,
  );
}

/** The p-norm of every row, as a column. */
function normsOf(rows: Tensor, p: number): Tensor {
  const sizes = rows.abs();
  if (p === Infinity) return sizes.max(1, true);
  return sizes
    .pow(p)
    .sum(1, true)
    .pow(1 / p);
}
