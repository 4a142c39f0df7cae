import * as library from 'decograd';
import * as creators from '../../src/tensor/creation';
import * as functions from '../../src/tensor/functions';
import { WithOperations } from '../../src/tensor/methods';

/** Not among the fixtures, and why. */
export const elsewhere: Readonly<Record<string, string>> = {
  tensor: 'makes the inputs of every case',
  rand: 'random.test.ts: PyTorch has other random numbers',
  randn: 'random.test.ts',
};
export const aliases: Readonly<Record<string, string>> = { cat: 'concatenate', concat: 'concatenate', variance: 'var' };

// `to` also moves to another device, so that Tensor itself has it.
export const methods = [
  ...Object.getOwnPropertyNames(WithOperations.prototype).filter((name) => name !== 'constructor'),
  'to',
];
export const publicCreators = Object.keys(creators).filter((name) => name in library);

/** Every operation that there is, as a method, a function or a creator; each has cases among the fixtures. */
export const operations = [...new Set([...methods, ...Object.keys(functions), ...publicCreators])].filter(
  (name) => !(name in aliases) && !(name in elsewhere),
);
