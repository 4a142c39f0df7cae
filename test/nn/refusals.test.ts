import { describe, expect, it } from 'vitest';
import * as d from 'decograd';
import { Dropout, Flatten, GELU, init, Linear, module, Module, param, ValueError, type Parameter } from 'decograd';

/** What is done, and what its error must say: where, what, and what is allowed. */
type Row = readonly [what: string, attempt: () => unknown, ...says: string[]];
const any = (value: unknown) => value as never;

const layers: Row[] = [
  ['half a feature', () => new Linear(2.5, 1), 'Linear: inFeatures must be a whole number of at least 0, not 2.5'],
  ['a negative size', () => new Linear(2, -1), 'Linear: outFeatures must be a whole number of at least 0, not -1'],
  ['a size left out', () => new Linear(2, any(undefined)), 'Linear: outFeatures must be', 'not undefined'],
  ['a size as text', () => new Linear(any('2'), 1), 'Linear: inFeatures must be', 'not "2"'],
  ['bias by position, as in PyTorch', () => new Linear(2, 1, any(false)), 'Linear: options are one object with any of bias; not false'],
  ['bias that is a number', () => new Linear(2, 1, { bias: any(0) }), 'Linear: bias must be true or false, not 0'],
  ['a misspelt option', () => new Linear(2, 1, any({ biass: false })), "Linear: there is no option 'biass'; did you mean 'bias'?"],
  ['an unknown option', () => new Linear(2, 1, any({ device: 'wasm' })), "Linear: there is no option 'device'; known are bias"],
  ['an unknown gelu', () => new GELU({ approximate: any('erf') }), `GELU: approximate must be 'none' or 'tanh', not "erf"`],
  ['a gelu by position', () => new GELU(any('tanh')), "GELU: options are one object with any of approximate; not 'tanh'"],
  ['a probability above 1', () => new Dropout(1.5), 'Dropout: p is a probability from 0 to 1, not 1.5'],
  ['a negative one', () => new Dropout(-0.1), 'Dropout: p is a probability from 0 to 1, not -0.1'],
  ['NaN', () => new Dropout(NaN), 'Dropout: p is a probability', 'not NaN'],
  ['p in options', () => new Dropout(any({ p: 0.2 })), 'Dropout: p is a probability', 'not an instance of Object'],
  ['p as text', () => new Dropout(any('0.5')), 'Dropout: p is a probability', 'not "0.5"'],
  ['half an axis', () => new Flatten(0.5), 'Flatten: startDim must be a whole number, not 0.5'],
  ['axes in options', () => new Flatten(1, any({})), 'Flatten: endDim must be a whole number, not an instance of Object'],
]; // prettier-ignore

const initialisers: Row[] = [
  ['mean and std by position', () => init.normal(any(0)), 'init.normal: options are one object with any of mean, std; not 0'],
  ['a negative std', () => init.normal({ std: -1 }), 'init.normal: std must be at least 0, not -1'],
  ['a std that is no number', () => init.normal({ std: any('1') }), 'init.normal: std must be a finite number, not "1"'],
  ['bounds by position', () => init.uniform(any(-1)), 'init.uniform: options are one object with any of low, high; not -1'],
  ['bounds the wrong way round', () => init.uniform({ low: 2, high: 1 }), 'init.uniform: low must be at most high, not 2 with high 1'],
  ['low above the default high', () => init.uniform({ low: 2 }), 'not 2 with high 1'],
  ['an infinite bound', () => init.uniform({ high: Infinity }), 'init.uniform: high must be a finite number, not Infinity'],
  ['no constant', () => init.constant(any(undefined)), 'init.constant: takes one number, such as init.constant(0.5), not undefined'],
  ['a gain by position', () => init.xavierUniform(any(2)), 'init.xavierUniform: options are one object with any of gain; not 2'],
  ['a gain that is NaN', () => init.xavierNormal({ gain: NaN }), 'init.xavierNormal: gain must be a finite number, not NaN'],
  ["PyTorch's spelling of a mode", () => init.kaimingNormal({ mode: any('fan_out') }), `init.kaimingNormal: mode must be 'fanIn' or 'fanOut', not "fan_out"`],
  ["PyTorch's spelling of a nonlinearity", () => init.kaimingUniform({ nonlinearity: any('leaky_relu') }), 'nonlinearity must be one of linear, sigmoid, tanh, relu, selu, leakyRelu, not "leaky_relu"'],
  ['one without a gain', () => init.calculateGain(any('gelu')), 'not "gelu"', 'take that of relu'],
  ['a misspelt option', () => init.kaimingUniform(any({ nonLinearity: 'relu' })), "there is no option 'nonLinearity'; did you mean 'nonlinearity'?"],
  ['fans of a vector', () => vector(init.kaimingUniform()), 'Holder.bias: init.kaimingUniform needs at least two dims to count fans, not [4]; use init.uniform'],
  ["the same for Glorot's", () => vector(init.xavierNormal()), 'Holder.bias: init.xavierNormal needs at least two dims'],
  ['eye of a vector', () => vector(init.eye()), 'Holder.bias: init.eye needs two dims, not [4]'],
]; // prettier-ignore

function vector(initialiser: d.Initialiser): unknown {
  @module
  class Holder extends Module {
    @param([4], { init: initialiser }) bias!: Parameter;
  }
  return new Holder();
}

describe.each(Object.entries({ layers, initialisers }))('%s refuse', (_, rows) => {
  it.each(rows.map((row) => ({ what: row[0], row })))('$what', ({ row: [, attempt, ...says] }) => {
    expect(attempt).toThrow(ValueError);
    for (const text of says) expect(attempt).toThrow(text);
  });
});

/** Inputs that do not fit: the operation, its shapes, and the module. */
const inputs: [string, () => unknown, new (message: string) => Error, RegExp][] = [
  ['the wrong number of features', () => new Linear(3, 4).forward(d.randn([2, 4]) as d.Tensor), d.ShapeError, /matmul: \[2, 4\] times \[3, 4\]: 4 is not 3\n {2}in Linear/],
  ['a scalar', () => new Linear(3, 4).forward(d.tensor(1) as d.Tensor), d.ShapeError, /matmul: \[\] times \[3, 4\].*\n {2}in Linear/],
  ['whole numbers', () => new Linear(3, 4).forward(d.tensor([1, 2, 3], { dtype: 'int32' })), d.DTypeError, /needs float32, got int32; call \.float\(\) first\n {2}in Linear/],
  ['an axis that is not there', () => new Flatten(3).forward(d.randn([2, 3])), d.IndexError, /flatten: axis 3 is outside \[2, 3\]; allowed are -2 to 1\n {2}in Flatten/],
  ['axes the wrong way round', () => new Flatten(2, 1).forward(d.randn([2, 3, 4])), d.IndexError, /start 2 comes after end 1.*\n {2}in Flatten/],
]; // prettier-ignore

it.each(inputs)('an input with %s is refused', (_, attempt, type, message) => {
  expect(attempt).toThrow(type);
  expect(attempt).toThrow(message);
});

it('the console shows the module path as well, since it prints the stack', () => {
  const error = (() => {
    try {
      return new Linear(3, 4).forward(d.randn([2, 4]) as d.Tensor);
    } catch (thrown) {
      return thrown as Error;
    }
  })() as Error;
  expect(error.stack).toContain('4 is not 3\n  in Linear\n');
  expect(error.stack).toContain('refusals.test.ts');
});
