// A tied autoencoder: the decoder is the encoder's weight, transposed. One parameter, two paths, counted once.
import {
  Adam,
  init,
  inventory,
  manualSeed,
  Module,
  module,
  mseLoss,
  param,
  type Parameter,
  randn,
  Trainer,
  type Tensor,
} from 'decograd';

@module
class Encoder extends Module {
  @param([4, 16], { init: init.xavierUniform() }) weight!: Parameter<[4, 16]>;
  @param([4]) bias!: Parameter<[4]>;
  forward(x: Tensor) {
    return x.matmul(this.weight.transpose()).add(this.bias).tanh();
  }
}

@module
class Decoder extends Module {
  @param([4, 16]) weight: Parameter<[4, 16]>;
  @param([16]) bias!: Parameter<[16]>;
  constructor(shared: Parameter<[4, 16]>) {
    super();
    this.weight = shared;
  }
  forward(code: Tensor) {
    return code.matmul(this.weight).add(this.bias);
  }
}

@module
class Autoencoder extends Module {
  readonly encoder = new Encoder();
  readonly decoder = new Decoder(this.encoder.weight);
  forward(x: Tensor) {
    return this.decoder.forward(this.encoder.forward(x));
  }
}

async function main() {
  manualSeed(3);
  const model = new Autoencoder();
  console.log(String(inventory(model)));
  const basis = randn([3, 16]).mul(0.5);
  const data = randn([256, 3]).matmul(basis); // 16 numbers that vary in 3 ways only
  const trainer = new Trainer(model, { optimizer: new Adam(model, { lr: 0.01 }), loss: mseLoss });
  await trainer.fit([data, data], { epochs: 15 });
  const tied = model.encoder.weight === model.decoder.weight;
  console.log(`still one weight: ${tied}; keys: ${Object.keys(model.stateDict()).join(', ')}`);
}

void main();
