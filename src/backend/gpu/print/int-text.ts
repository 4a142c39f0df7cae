/** How operations on int32 are written in a mode. Halves are two whole numbers below 65536, the high one first. */
export interface IntText {
  /** Whether operations may stand within each other; elsewhere each is held by itself. */
  readonly nests: boolean;
  literal(value: number): string;
  /** Marks the result of arithmetic as an integer, and wraps it. */
  wrap(text: string): string;
  high(text: string): string;
  low(text: string): string;
  join(high: string, low: string): string;
  and(a: string, b: string): string;
  or(a: string, b: string): string;
  xor(a: string, b: string): string;
  left(a: string, b: string): string;
  /** Fills with zeros. */
  right(a: string, b: string): string;
}

/** JavaScript's operators; `|` is what makes gpu.js type a number as an integer wherever it stands. */
export const operators: IntText = {
  nests: true,
  literal: (value) => (value === -(2 ** 31) ? '(1 << 31)' : `(${value} | 0)`),
  wrap: (text) => `((${text}) | 0)`,
  high: (text) => `(${text}) >>> 16`,
  low: (text) => `(${text}) & 65535`,
  join: (high, low) => `(${high} << 16 | ${low})`,
  and: (a, b) => `(${a} & ${b})`,
  or: (a, b) => `(${a} | ${b})`,
  xor: (a, b) => `(${a} ^ ${b})`,
  left: (a, b) => `(${a} << ${b})`,
  right: (a, b) => `((${a} >>> ${b}) | 0)`,
};

/**
 * Calls of functions in the GPU's own language, where gpu.js makes JavaScript's operators of sums of powers of two. A call
 * within a call of the same function it takes apart, through a local of float32, where an int32 loses bits.
 */
export const calls: IntText = {
  nests: false,
  literal: (value) => (value === -(2 ** 31) ? 'leastInt()' : `constantInt(${value})`),
  wrap: (text) => `asInt(${text})`,
  high: (text) => `highHalf(${text})`,
  low: (text) => `lowHalf(${text})`,
  join: (high, low) => `joinHalves(${high}, ${low})`,
  and: (a, b) => `bitAnd(${a}, ${b})`,
  or: (a, b) => `bitOr(${a}, ${b})`,
  xor: (a, b) => `bitXor(${a}, ${b})`,
  left: (a, b) => `leftShift(${a}, ${b})`,
  right: (a, b) => `rightShift(${a}, ${b})`,
};
