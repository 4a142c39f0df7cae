import { defineNative } from './scalar-function';

const [i, n] = ['Integer', 'Number'] as const;

/**
 * What GLSL has of its own, of WebGL 2 on: integers of 32 bits and the bits of numbers. gpu.js makes JavaScript's bitwise
 * operators of loops over powers of two there, which end below 2^31.
 */
export const glFunctions = [
  defineNative('infinite', [], n)`float infinite() { return intBitsToFloat(2139095040); }`,
  defineNative('isNotANumber', [n], n)`float isNotANumber(float x) {
    return (floatBitsToInt(x) & 2147483647) > 2139095040 ? 1.0 : 0.0;
  }`,
  defineNative('asInt', [i], i)`int asInt(int m) { return m; }`,
  defineNative('constantInt', [i], i)`int constantInt(int m) { return m; }`,
  defineNative('leastInt', [], i)`int leastInt() { return 1 << 31; }`,
  defineNative('highHalf', [i], i)`int highHalf(int m) { return int(uint(m) >> 16u); }`,
  defineNative('lowHalf', [i], i)`int lowHalf(int m) { return m & 65535; }`,
  defineNative('joinHalves', [n, n], i)`int joinHalves(float high, float low) { return int(high) << 16 | int(low); }`,
  defineNative('bitAnd', [i, i], i)`int bitAnd(int m, int n) { return m & n; }`,
  defineNative('bitOr', [i, i], i)`int bitOr(int m, int n) { return m | n; }`,
  defineNative('bitXor', [i, i], i)`int bitXor(int m, int n) { return m ^ n; }`,
  defineNative('leftShift', [i, i], i)`int leftShift(int m, int n) { return m << n; }`,
  defineNative('rightShift', [i, i], i)`int rightShift(int m, int n) { return int(uint(m) >> uint(n)); }`,
  defineNative('intMultiply', [i, i], i)`int intMultiply(int m, int n) { return m * n; }`,
  // by magnitudes: how a negative quotient is rounded is the GPU's
  defineNative('intDivide', [i, i], i)`int intDivide(int m, int n) {
    if (n == 0) return 0;
    uint q = uint(m < 0 ? -m : m) / uint(n < 0 ? -n : n);
    return (m < 0) != (n < 0) ? -int(q) : int(q);
  }`,
  defineNative('intAbs', [i], i)`int intAbs(int m) { return m < 0 ? -m : m; }`,
  defineNative('intMin', [i, i], i)`int intMin(int m, int n) { return m < n ? m : n; }`,
  defineNative('intMax', [i, i], i)`int intMax(int m, int n) { return m > n ? m : n; }`,
  defineNative('intOf', [n], i)`int intOf(float x) {
    if ((floatBitsToInt(x) & 2147483647) > 2139095040) return 0;
    if (x >= 2147483648.0) return 2147483647;
    return x <= -2147483648.0 ? 1 << 31 : int(x);
  }`,
  defineNative('floatOfBits', [i], n)`float floatOfBits(int m) { return intBitsToFloat(m); }`,
  defineNative('bitsOfFloat', [n], i)`int bitsOfFloat(float x) {
    int bits = floatBitsToInt(x);
    return (bits & 2147483647) > 2139095040 ? 2143289344 : bits;
  }`,
];
