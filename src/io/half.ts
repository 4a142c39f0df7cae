const view = new DataView(new ArrayBuffer(8));

function floatBits(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}
function bitsFloat(bits: number): number {
  view.setUint32(0, bits >>> 0);
  return view.getFloat32(0);
}

/** The value of 16 bits of IEEE half precision. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The nearest half, ties to even. */
export function numberToHalf(value: number): number {
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-300)));
  const steps = roundEven(size / 2 ** (exponent - 10));
  return sign | (steps + ((exponent + 14) << 10)); // a carry moves into the exponent by itself
}

function roundEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  return low + (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? 1 : 0);
}

/** The value of 16 bits of bfloat16: the upper half of a float32. */
export function bfloatToNumber(bits: number): number {
  return bitsFloat(bits << 16);
}

/** The nearest bfloat16, ties to even. */
export function numberToBfloat(value: number): number {
  if (Number.isNaN(value)) return 0x7fc0;
  const bits = floatBits(value);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}
