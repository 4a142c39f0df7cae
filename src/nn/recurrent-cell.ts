import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { module, Module, param } from '../module';
import type { Initialiser } from '../module/initialiser';
import { countOf, flagOf } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import { settings } from '../module/tree-text';
import { rand, withDevice, zeros, type Parameter, type Tensor } from '../tensor';
import { type Gates, gru, lstm, plain } from './gates';

export interface CellOptions {
  /** Default true. */
  bias?: boolean;
}

/** x W^T + b, without b where that is null. */
export const projected = (x: Tensor, weight: Tensor, bias: Tensor | null): Tensor =>
  bias === null ? x.matmul(weight.transpose()) : x.matmul(weight.transpose()).add(bias);

/** PyTorch's first values of all recurrent parameters: uniform within 1 / sqrt(hiddenSize) of 0. */
export function recurrentDraws(shape: readonly number[], hiddenSize: number): Tensor {
  const bound = 1 / Math.sqrt(hiddenSize);
  return rand(shape).mul(2 * bound).sub(bound); // prettier-ignore
}
const draws: Initialiser = Object.assign(
  (shape: readonly number[], { self }: { self: Cell }) => recurrentDraws(shape, self.hiddenSize),
  { label: 'uniform(1/sqrt(hiddenSize))' },
);

const gatesOf = (self: Cell): number => self.gates.count * self.hiddenSize;

/** What the cells share. */
@module
abstract class Cell extends Module {
  @param((self: Cell) => [gatesOf(self), self.inputSize], { init: draws }) weightIh!: Parameter;
  @param((self: Cell) => [gatesOf(self), self.hiddenSize], { init: draws }) weightHh!: Parameter;
  @param((self: Cell) => [gatesOf(self)], { init: draws }) biasIh!: Parameter | null;
  @param((self: Cell) => [gatesOf(self)], { init: draws }) biasHh!: Parameter | null;
  readonly inputSize: number;
  readonly hiddenSize: number;

  constructor(
    protected readonly kind: { readonly name: string },
    readonly gates: Gates,
    [inputSize, hiddenSize]: readonly [number, number],
    bias = true,
  ) {
    super();
    const { name } = kind;
    this.inputSize = countOf(name, 'inputSize', inputSize);
    this.hiddenSize = countOf(name, 'hiddenSize', hiddenSize);
    if (!flagOf(name, 'bias', bias)) [this.biasIh, this.biasHh] = [null, null];
  }
  extraRepr(): string {
    return settings(this, { bias: this.biasIh !== null });
  }

  /** The next state from x [N, inputSize] or [inputSize]; missing states are zeros. */
  protected next(x: Tensor, given: readonly Tensor[] | undefined, states: number): readonly Tensor[] {
    const { inputSize, hiddenSize } = this;
    const { name } = this.kind;
    if (x.shape.length < 1 || x.shape.length > 2 || x.shape.at(-1) !== inputSize)
      throw new ShapeError(`${name}: takes [N, ${inputSize}] or [${inputSize}], not ${showShape(x.shape)}`);
    const shape = [...x.shape.slice(0, -1), hiddenSize];
    const state = given ?? withDevice(x.device, () => Array.from({ length: states }, () => zeros(shape)));
    for (const h of state)
      if (String(h.shape) !== String(shape))
        throw new ShapeError(`${name}: the state for ${showShape(x.shape)} is ${showShape(shape)}, not ${showShape(h.shape)}`); // prettier-ignore
    const input = projected(x, this.weightIh, this.biasIh);
    return this.gates.step(input, projected(state[0], this.weightHh, this.biasHh), state);
  }
}

/** The activation of a plain recurrent layer, checked. */
export function activationOf(name: string, nonlinearity: unknown): 'tanh' | 'relu' {
  if (nonlinearity === 'tanh' || nonlinearity === 'relu') return nonlinearity;
  throw new ValueError(`${name}: nonlinearity must be 'tanh' or 'relu', not ${show(nonlinearity)}`);
}

/**
 * One step of a plain recurrent layer: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu of it. x is [N, inputSize] or
 * [inputSize], h [N, hiddenSize] or [hiddenSize], by default zeros.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RNNCell.html, its initialisation included.
 * @throws ValueError for sizes below 1 and unknown options, ShapeError where x or h have other sizes
 * @example new RNNCell(3, 5).forward(randn([2, 3])).shape; // [2, 5]
 */
@module
export class RNNCell extends Cell {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, options: CellOptions & { nonlinearity?: 'tanh' | 'relu' } = {}) {
    checkOptions('RNNCell', options, ['bias', 'nonlinearity']);
    const nonlinearity = activationOf('RNNCell', options.nonlinearity ?? 'tanh');
    super({ name: 'RNNCell' }, plain(nonlinearity), [inputSize, hiddenSize], options.bias);
    this.nonlinearity = nonlinearity;
  }
  forward(x: Tensor, h?: Tensor): Tensor {
    return this.next(x, h && [h], 1)[0];
  }
}

/**
 * One step of a long short-term memory: x is [N, inputSize] or [inputSize], the state [h, c] of [N, hiddenSize] or
 * [hiddenSize] each, by default zeros; gives the next [h, c].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html, its initialisation included.
 * @throws ValueError for sizes below 1 and unknown options, ShapeError where x or the state have other sizes
 * @example new LSTMCell(3, 5).forward(randn([2, 3])).map((t) => t.shape); // [[2, 5], [2, 5]]
 */
@module
export class LSTMCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    checkOptions('LSTMCell', options, ['bias']);
    super({ name: 'LSTMCell' }, lstm, [inputSize, hiddenSize], options.bias);
  }
  forward(x: Tensor, state?: readonly [h: Tensor, c: Tensor]): [h: Tensor, c: Tensor] {
    const [h, c] = this.next(x, state, 2);
    return [h, c];
  }
}

/**
 * One step of a gated recurrent unit: x is [N, inputSize] or [inputSize], h [N, hiddenSize] or [hiddenSize], by default
 * zeros; gives the next h.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GRUCell.html, its initialisation included.
 * @throws ValueError for sizes below 1 and unknown options, ShapeError where x or h have other sizes
 * @example new GRUCell(3, 5).forward(randn([2, 3])).shape; // [2, 5]
 */
@module
export class GRUCell extends Cell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    checkOptions('GRUCell', options, ['bias']);
    super({ name: 'GRUCell' }, gru, [inputSize, hiddenSize], options.bias);
  }
  forward(x: Tensor, h?: Tensor): Tensor {
    return this.next(x, h && [h], 1)[0];
  }
}
