import { ShapeError, ValueError } from '../core/errors';
import { checkOptions } from '../core/options';
import { showShape } from '../core/shape';
import { module, Module } from '../module';
import { countOf, flagOf } from '../module/option-checks';
import { show } from '../module/shape-declaration';
import { concatenate, isTensor, Parameter, stack, withDevice, zeros, type Tensor } from '../tensor';
import { dropped, probabilityOf } from './dropout';
import { type Gates, gru, lstm, plain } from './gates';
import { activationOf, projected, recurrentDraws } from './recurrent-cell';

export interface RecurrentOptions {
  /** How many layers, each reading the output of the one before. Default 1. */
  numLayers?: number;
  /** Default true. */
  bias?: boolean;
  /** Whether input and output are [N, L, ...] rather than [L, N, ...]; the states are [layers, N, ...] always. Default false. */
  batchFirst?: boolean;
  /** With which probability the output of each layer but the last is dropped while training. Default 0. */
  dropout?: number;
  /** Whether a second set of layers reads from the end; outputs are joined. Default false. */
  bidirectional?: boolean;
}
const known = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional'];

/** The parameters of one layer in one direction. */
interface Weights {
  readonly input: Tensor;
  readonly hidden: Tensor;
  readonly inputBias: Tensor | null;
  readonly hiddenBias: Tensor | null;
  readonly projection: Tensor | null;
}

/** What the recurrent layers share. Parameters are fields named as PyTorch names them: weightIhL0, weightIhL0Reverse. */
@module
abstract class Recurrent extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;

  constructor(
    protected readonly kind: { readonly name: string },
    protected readonly gates: Gates,
    [inputSize, hiddenSize]: readonly [number, number],
    options: RecurrentOptions & { projSize?: number },
  ) {
    super();
    const { name } = kind;
    const { numLayers = 1, bias = true, batchFirst = false, dropout = 0, bidirectional = false, projSize = 0 } = options; // prettier-ignore
    this.inputSize = countOf(name, 'inputSize', inputSize);
    this.hiddenSize = countOf(name, 'hiddenSize', hiddenSize);
    this.numLayers = countOf(name, 'numLayers', numLayers);
    this.bias = flagOf(name, 'bias', bias);
    this.batchFirst = flagOf(name, 'batchFirst', batchFirst);
    this.dropout = probabilityOf(name, 'dropout', dropout);
    this.bidirectional = flagOf(name, 'bidirectional', bidirectional);
    this.projSize = countOf(name, 'projSize', projSize, 0);
    if (projSize >= hiddenSize)
      throw new ValueError(`${name}: projSize must be below hiddenSize ${hiddenSize}, not ${projSize}`);
    for (let layer = 0; layer < numLayers; layer++) for (const suffix of this.suffixes()) this.#declare(layer, suffix);
  }

  /** The size of the state that goes round, and of the output in each direction. */
  private get outputSize(): number {
    return this.projSize || this.hiddenSize;
  }
  private suffixes(): readonly string[] {
    return this.bidirectional ? ['', 'Reverse'] : [''];
  }

  #declare(layer: number, suffix: string): void {
    const { hiddenSize, outputSize } = this;
    const gates = this.gates.count * hiddenSize;
    const inputs = layer === 0 ? this.inputSize : outputSize * this.suffixes().length;
    const shapes: Record<string, readonly number[]> = {
      weightIh: [gates, inputs],
      weightHh: [gates, outputSize],
      ...(this.bias && { biasIh: [gates], biasHh: [gates] }),
      ...(this.projSize > 0 && { weightHr: [this.projSize, hiddenSize] }),
    };
    for (const [name, shape] of Object.entries(shapes))
      this.#fields[`${name}L${layer}${suffix}`] = new Parameter(recurrentDraws(shape, hiddenSize));
  }
  get #fields(): Record<string, Tensor> {
    return this as unknown as Record<string, Tensor>;
  }
  #weights(layer: number, suffix: string): Weights {
    const field = (name: string): Tensor | null => this.#fields[`${name}L${layer}${suffix}`] ?? null;
    return { input: field('weightIh')!, hidden: field('weightHh')!, inputBias: field('biasIh'), hiddenBias: field('biasHh'), projection: field('weightHr') }; // prettier-ignore
  }

  /** The output, and the last states of all layers and directions. */
  protected run(input: Tensor, given: readonly Tensor[] | undefined, states: number): [Tensor, Tensor[]] {
    const isBatch = input.shape.length === 3;
    this.#checkInput(input);
    const batched = isBatch ? (this.batchFirst ? input.transpose(0, 1) : input) : input.unsqueeze(1);
    const first = this.#firstStates(batched, isBatch, given, states);
    const [output, last] = this.#layers(batched, first);
    if (!isBatch) return [output.squeeze(1), last.map((h) => h.squeeze(1))];
    return [this.batchFirst ? output.transpose(0, 1) : output, last];
  }

  #checkInput({ shape }: Tensor): void {
    const { inputSize, batchFirst } = this;
    const steps = shape[batchFirst && shape.length === 3 ? 1 : 0];
    if ((shape.length === 2 || shape.length === 3) && shape.at(-1) === inputSize && steps > 0) return;
    const batch = batchFirst ? `[N, L, ${inputSize}]` : `[L, N, ${inputSize}]`;
    throw new ShapeError(`${this.kind.name}: takes ${batch} or [L, ${inputSize}], not ${showShape(shape)}`);
  }

  /** One state for each layer and direction: [layers * directions, N, size] of every kind. */
  #firstStates(input: Tensor, isBatch: boolean, given: readonly Tensor[] | undefined, states: number): Tensor[] {
    const count = this.numLayers * this.suffixes().length;
    const batch = input.shape[1];
    const shapes = Array.from({ length: states }, (_, k) => [count, batch, k === 0 ? this.outputSize : this.hiddenSize]); // prettier-ignore
    if (given === undefined) return withDevice(input.device, () => shapes.map((shape) => zeros(shape)));
    if (!Array.isArray(given) || given.length !== states || !given.every(isTensor))
      throw new ValueError(`${this.kind.name}: the state is ${states === 1 ? 'a tensor, h' : 'a list of two tensors, [h, c]'}, not ${show(given)}`); // prettier-ignore
    return shapes.map(([layers, n, size], k) => {
      const wanted = isBatch ? [layers, n, size] : [layers, size];
      const state = given[k];
      if (String(state.shape) !== String(wanted))
        throw new ShapeError(`${this.kind.name}: the state is ${showShape(wanted)}, not ${showShape(state.shape)}`);
      return isBatch ? state : state.unsqueeze(1);
    });
  }

  #layers(input: Tensor, first: readonly Tensor[]): [Tensor, Tensor[]] {
    const last: (readonly Tensor[])[] = [];
    let x = input;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.training && this.dropout > 0) x = dropped(x, this.dropout);
      const outputs = this.suffixes().map((suffix, direction) => {
        const state = first.map((h) => h.select(0, layer * this.suffixes().length + direction));
        const [output, end] = this.#steps(x, state, this.#weights(layer, suffix), direction === 1);
        last.push(end);
        return output;
      });
      x = outputs.length === 1 ? outputs[0] : concatenate(outputs, -1);
    }
    return [x, first.map((_, k) => stack(last.map((state) => state[k])))];
  }

  /** All steps of one layer in one direction; what the input gives is one product for all of them. */
  #steps(x: Tensor, first: readonly Tensor[], w: Weights, backwards: boolean): [Tensor, readonly Tensor[]] {
    const inputs = projected(x, w.input, w.inputBias);
    const [hidden, projection] = [w.hidden.transpose(), w.projection?.transpose()];
    const outputs: Tensor[] = [];
    let state = first;
    for (let i = 0; i < x.shape[0]; i++) {
      const t = backwards ? x.shape[0] - 1 - i : i;
      const recurrent = state[0].matmul(hidden);
      const [h, ...rest] = this.gates.step(
        inputs.select(0, t),
        w.hiddenBias ? recurrent.add(w.hiddenBias) : recurrent,
        state,
      );
      state = [projection ? h.matmul(projection) : h, ...rest];
      outputs[t] = state[0];
    }
    return [stack(outputs), state];
  }
}

/**
 * A plain recurrent network, h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu of it, step by step. Input [L, N, inputSize],
 * with `batchFirst` [N, L, inputSize], or [L, inputSize]; h0 [numLayers * directions, N, hiddenSize], by default zeros.
 * Gives [output, h]: the last layer's state at every step, and the last state of every layer.
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.RNN.html, its initialisation and names of parameters included.
 * @throws ValueError for options out of range, ShapeError where input or state have other sizes
 * @example new RNN(3, 5).forward(randn([7, 2, 3]))[0].shape; // [7, 2, 5]
 */
@module
export class RNN extends Recurrent {
  constructor(
    inputSize: number,
    hiddenSize: number,
    options: RecurrentOptions & { nonlinearity?: 'tanh' | 'relu' } = {},
  ) {
    checkOptions('RNN', options, [...known, 'nonlinearity']);
    super(
      { name: 'RNN' },
      plain(activationOf('RNN', options.nonlinearity ?? 'tanh')),
      [inputSize, hiddenSize],
      options,
    );
  }
  forward(input: Tensor, h0?: Tensor): [output: Tensor, h: Tensor] {
    const [output, [h]] = this.run(input, h0 && [h0], 1);
    return [output, h];
  }
}

/**
 * A long short-term memory. Input [L, N, inputSize], with `batchFirst` [N, L, inputSize], or [L, inputSize]; the state is
 * [h, c], [numLayers * directions, N, hiddenSize] each, by default zeros; with `projSize` h, and the output, are
 * projected to that size. Gives [output, [h, c]].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html, its initialisation and names of parameters
 * included; https://arxiv.org/abs/1402.1128
 * @throws ValueError for options out of range, ShapeError where input or state have other sizes
 * @example new LSTM(3, 5, { numLayers: 2 }).forward(randn([7, 2, 3]))[0].shape; // [7, 2, 5]
 */
@module
export class LSTM extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions & { projSize?: number } = {}) {
    checkOptions('LSTM', options, [...known, 'projSize']);
    super({ name: 'LSTM' }, lstm, [inputSize, hiddenSize], options);
  }
  forward(input: Tensor, state?: readonly [h0: Tensor, c0: Tensor]): [output: Tensor, state: [h: Tensor, c: Tensor]] {
    const [output, [h, c]] = this.run(input, state, 2);
    return [output, [h, c]];
  }
}

/**
 * A gated recurrent unit. Input [L, N, inputSize], with `batchFirst` [N, L, inputSize], or [L, inputSize]; h0
 * [numLayers * directions, N, hiddenSize], by default zeros. Gives [output, h].
 *
 * Source: https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html, its initialisation and names of parameters
 * included; https://arxiv.org/abs/1406.1078
 * @throws ValueError for options out of range, ShapeError where input or state have other sizes
 * @example new GRU(3, 5, { bidirectional: true }).forward(randn([7, 2, 3]))[0].shape; // [7, 2, 10]
 */
@module
export class GRU extends Recurrent {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    checkOptions('GRU', options, known);
    super({ name: 'GRU' }, gru, [inputSize, hiddenSize], options);
  }
  forward(input: Tensor, h0?: Tensor): [output: Tensor, h: Tensor] {
    const [output, [h]] = this.run(input, h0 && [h0], 1);
    return [output, h];
  }
}
