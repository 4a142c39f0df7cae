type Type = 'Number' | 'Integer';

/** A function that kernels call; gpu.js compiles it along with those that use it. */
export interface ScalarFunction {
  readonly name: string;
  readonly argumentTypes: readonly Type[];
  readonly returnType: Type;
  readonly source: string;
  /** Written in the GPU's own language. */
  readonly isNative?: boolean;
}

/** A tag: the template holds the function's parameters and body. */
export const define =
  (name: string, argumentTypes: readonly Type[], returnType: Type) =>
  (text: TemplateStringsArray, ...values: string[]): ScalarFunction => ({
    name,
    argumentTypes,
    returnType,
    source: `function ${name}${String.raw(text, ...values)}`,
  });

/** The same for a function in the GPU's own language; the template is all of it. */
export const defineNative =
  (name: string, argumentTypes: readonly Type[], returnType: Type) =>
  (text: TemplateStringsArray): ScalarFunction => ({
    name,
    argumentTypes,
    returnType,
    source: text.raw[0],
    isNative: true,
  });
