import type { Buffer, Parameter } from './tensor';
import { isTensor } from './wrap';

/** Whether a value is a parameter or buffer, of this copy of the library or another. */
const branded = (brand: string) => {
  const key = Symbol.for(brand);
  return (x: unknown): boolean => isTensor(x) && key in x;
};
const hasParameterBrand = branded('decograd:parameter');
const hasBufferBrand = branded('decograd:buffer');
export function isParameter(x: unknown): x is Parameter {
  return hasParameterBrand(x);
}
export function isBuffer(x: unknown): x is Buffer {
  return hasBufferBrand(x);
}
