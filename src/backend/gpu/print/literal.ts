/** A number as gpu.js takes it: a minus sign only as an operator, what is not finite by a function. */
export function floatLiteral(value: number): string {
  const x = Math.fround(value);
  if (Number.isNaN(x)) return '(infinite() - infinite())';
  const text = Number.isFinite(x) ? String(Math.abs(x)) : 'infinite()';
  return x < 0 || Object.is(x, -0) ? `(-${text})` : text;
}
