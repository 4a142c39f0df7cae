import { describe, expect, it } from 'vitest';
import { randn, type Tensor, TransformerDecoder, TransformerDecoderLayer, TransformerEncoder, TransformerEncoderLayer } from 'decograd'; // prettier-ignore

const layer = () => new TransformerEncoderLayer(4, 2, { dimFeedforward: 6, dropout: 0 });
const values = (x: Tensor) => [...x.dataSync()];

describe('the layers of a stack', () => {
  it('begin with the values of the one given, and are others', () => {
    const given = layer();
    const { layers } = new TransformerEncoder(given, 2);
    for (const made of layers) {
      expect(values(made.linear1.weight)).toEqual(values(given.linear1.weight));
      expect(made.linear1.weight).not.toBe(given.linear1.weight);
    }
  });

  it('have its hooks, those of what is inside too, and keep them where it loses them', () => {
    const given = layer();
    const ran: unknown[] = [];
    const handle = given.registerForwardPreHook((module) => void ran.push(module));
    given.linear2.registerForwardHook((_, __, output: Tensor) => output.mul(0));
    given.norm2.registerForwardHook((module) => void ran.push(module));
    const stack = new TransformerEncoder(given, 2);
    handle.remove();
    const x = randn([3, 2, 4]);
    stack.forward(x);
    const [first, second] = [...stack.layers];
    expect(ran).toEqual([first, first!.norm2, second, second!.norm2]);
    ran.length = 0;
    given.forward(x);
    expect(ran).toEqual([given.norm2]);
  });

  it('are in its modes, each part in its own, and as trainable', () => {
    const given = new TransformerDecoderLayer(4, 2, { dimFeedforward: 6 });
    given.selfAttn.eval();
    given.norm1.requiresGrad(false);
    const [first] = [...new TransformerDecoder(given, 1).layers];
    expect([first!.training, first!.selfAttn.training, first!.dropout.training]).toEqual([true, false, true]);
    expect([first!.norm1.weight!.requiresGrad, first!.norm2.weight!.requiresGrad]).toEqual([false, true]);
  });
});
