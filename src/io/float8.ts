/** How the bits of an 8-bit float are divided, and which of them are no numbers. */
interface Layout {
  readonly fractionBits: number;
  readonly bias: number;
  /** `ieee`: the last exponent is infinity and NaN; `fn`: all ones are NaN; `fnuz`: minus zero is NaN. */
  readonly kind: 'ieee' | 'fn' | 'fnuz';
}

/** The value of 8 bits of a float that is divided so. Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html */
export function float8ToNumber(bits: number, { fractionBits, bias, kind }: Layout): number {
  const sign = bits & 0x80 ? -1 : 1;
  const ones = 2 ** fractionBits;
  const exponent = (bits & 0x7f) >> fractionBits;
  const fraction = bits & (ones - 1);
  if (kind === 'fnuz' && bits === 0x80) return NaN;
  if (kind === 'fn' && (bits & 0x7f) === 0x7f) return NaN;
  if (kind === 'ieee' && exponent === 0x7f >> fractionBits) return fraction ? NaN : sign * Infinity;
  const scaled = exponent === 0 ? fraction / ones : 1 + fraction / ones;
  return sign * scaled * 2 ** (Math.max(1, exponent) - bias);
}

/** The value of an exponent that stands alone: a power of two. */
export function exponentToNumber(bits: number): number {
  return bits === 0xff ? NaN : 2 ** (bits - 127);
}
