// What a recurrent layer does at one step, from what the input and the state give to its gates.
import type { Tensor } from '../tensor';

/** How a kind of recurrent layer makes its next state: `input` and `hidden` are [N, gates * hidden]. */
export interface Gates {
  /** How many times hiddenSize there is of each. */
  readonly count: number;
  step(input: Tensor, hidden: Tensor, state: readonly Tensor[]): readonly Tensor[];
}

/** The k-th of the gates. */
const gate = (x: Tensor, k: number, count: number): Tensor => {
  const size = x.shape.at(-1)! / count;
  return x.slice(-1, k * size, (k + 1) * size);
};

/** h' = f(input + hidden). */
export const plain = (activation: 'tanh' | 'relu'): Gates => ({
  count: 1,
  step: (input, hidden) => [input.add(hidden)[activation]()],
});

/** Input, forget, cell and output gate; the state is h and c. Source: torch.nn.LSTM. */
export const lstm: Gates = {
  count: 4,
  step(input, hidden, [, c]) {
    const sums = input.add(hidden);
    const [i, f, g, o] = [0, 1, 2, 3].map((k) => gate(sums, k, 4));
    const cell = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
    return [o.sigmoid().mul(cell.tanh()), cell];
  },
};

/** Reset, update and new gate; the reset gate acts on what the state gives, after its bias. Source: torch.nn.GRU. */
export const gru: Gates = {
  count: 3,
  step(input, hidden, [h]) {
    const [r, z] = [0, 1].map((k) =>
      gate(input, k, 3)
        .add(gate(hidden, k, 3))
        .sigmoid(),
    );
    const n = gate(input, 2, 3)
      .add(r.mul(gate(hidden, 2, 3)))
      .tanh();
    return [n.add(z.mul(h.sub(n)))];
  },
};
