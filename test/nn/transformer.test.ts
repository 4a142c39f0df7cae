import { describe, expect, it } from 'vitest';
import { MultiheadAttention, randn, tensor, type Tensor, TransformerDecoder, TransformerDecoderLayer, TransformerEncoder, TransformerEncoderLayer } from 'decograd'; // prettier-ignore

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

describe('a query whose keys are all masked', () => {
  const keyPaddingMask = tensor([[false, true], [true, true]]).bool(); // prettier-ignore

  it('attends to zeros without weights, and gives NaN with them, as in PyTorch', async () => {
    const attention = new MultiheadAttention(4, 2, { batchFirst: true });
    const x = tensor(
      Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)),
      { shape: [2, 2, 4], requiresGrad: true },
    );
    const [output] = attention.forward(x, x, x, { keyPaddingMask, needWeights: false });
    output.square().sum().backward();
    const [first, second] = (await output.toArray()) as number[][][];
    expect(second.flat().map(Math.abs)).toEqual(new Array(8).fill(0)); // the bias is zeros
    expect(first.flat().every((value) => value !== 0)).toBe(true);
    for (const { grad } of [x, ...attention.parameters()])
      expect((await grad!.data()).every((value) => Number.isFinite(value))).toBe(true);
    const [withWeights] = attention.forward(x, x, x, { keyPaddingMask });
    expect([...(await withWeights.data())].slice(8)).toEqual(new Array(8).fill(NaN));
  });
  it('leaves the gradients of a transformer layer finite', async () => {
    const layer = new TransformerEncoderLayer(4, 2, { dimFeedforward: 3, dropout: 0, batchFirst: true });
    layer
      .forward(randn([2, 2, 4]), { srcKeyPaddingMask: keyPaddingMask })
      .sum()
      .backward();
    for (const { grad } of layer.parameters())
      expect((await grad!.data()).every((value) => Number.isFinite(value))).toBe(true);
  });
});
