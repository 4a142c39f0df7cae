/** A number as gpu.js takes it: it knows the name Infinity, no NaN, and a minus sign only as an operator. */
export function floatLiteral(value: number): string {
  const x = Math.fround(value);
  if (Number.isNaN(x)) return '(Infinity - Infinity)';
  const text = String(Math.abs(x));
  return x < 0 || Object.is(x, -0) ? `(-${text})` : text;
}

/** A number as an integer: `|` is what makes gpu.js type it so wherever it stands. */
export function intLiteral(value: number): string {
  return value === -(2 ** 31) ? '(1 << 31)' : `(${value} | 0)`;
}
