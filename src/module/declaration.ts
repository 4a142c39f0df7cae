import { isComputeType, type ComputeType, type DType } from '../core/dtype';
import type { Initialiser } from './initialiser';
import { shapeMistake, show, type ShapeDeclaration } from './shape-declaration';

/** Options of `@param`. */
export interface ParamOptions {
  /** Fills the parameter: a function of its shape (`init.normal()`), or one number for every element. Default: zeros. */
  init?: Initialiser | number;
  /** Whether it receives gradients. Default: true. */
  requiresGrad?: boolean;
  /** Default: `'float32'`. */
  dtype?: ComputeType;
  /** Its name in state dicts, where that differs from the field's. */
  key?: string;
  /** One line about its meaning, shown in inventories. */
  doc?: string;
  /** A tag that optimizers address: `{ groups: { noDecay: { weightDecay: 0 } } }`. */
  group?: string;
}

/** Options of `@buffer`. */
export interface BufferOptions {
  /** Fills the buffer: a function of its shape, or one number for every element. Default: zeros. */
  init?: Initialiser | number;
  /** Default: `'float32'`. */
  dtype?: ComputeType;
  /** Whether state dicts hold it. Default: true. */
  persistent?: boolean;
}

/** What a decorator said about one field. Plain data, so that two copies of the library can read each other's. */
export type FieldDeclaration =
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly shape: ShapeDeclaration;
      readonly options: ParamOptions;
    }
  | {
      readonly kind: 'buffer';
      readonly name: string;
      readonly shape: ShapeDeclaration;
      readonly options: BufferOptions;
    }
  | { readonly kind: 'external'; readonly name: string };

/** A declared field that holds a tensor. */
export type TensorDeclaration = Exclude<FieldDeclaration, { kind: 'external' }>;

const optionTypes: Record<keyof (ParamOptions & BufferOptions), string> = {
  init: 'function',
  requiresGrad: 'boolean',
  dtype: 'string',
  key: 'string',
  doc: 'string',
  group: 'string',
  persistent: 'boolean',
};

/** Everything that is wrong with the arguments of a `@param` or `@buffer`, before there is an instance. */
export function argumentMistakes(shape: unknown, options: unknown, allowed: readonly string[]): string[] {
  const mistakes = [shapeMistake(shape)];
  if (typeof options !== 'object' || options === null)
    return [...mistakes, `its options are ${show(options)}, not an object`].filter((text) => text !== undefined);
  for (const [name, value] of Object.entries(options)) mistakes.push(optionMistake(name, value, allowed));
  if (allowed.includes('requiresGrad')) mistakes.push(gradientMistake(options));
  return mistakes.filter((text) => text !== undefined);
}

function gradientMistake({ dtype = 'float32', requiresGrad = true }: ParamOptions): string | undefined {
  if (!requiresGrad || dtype === 'float32' || !isComputeType(dtype)) return undefined;
  return `dtype ${dtype} has no gradients; add requiresGrad: false, or declare a @buffer`;
}

function optionMistake(name: string, value: unknown, allowed: readonly string[]): string | undefined {
  if (!allowed.includes(name)) return `unknown option ${show(name)}; allowed are ${allowed.join(', ')}`;
  if (value === undefined) return undefined;
  if (name === 'init' && typeof value !== 'function' && typeof value !== 'number')
    return `init is ${show(value)}; give a number, or a function of the shape such as init.normal() or () => tensor`;
  if (name === 'init') return undefined;
  if (name === 'dtype' && !isComputeType(value as DType))
    return `dtype is ${show(value)}; allowed are float32, int32 and bool`;
  const type = optionTypes[name as keyof typeof optionTypes];
  return typeof value === type && value !== '' ? undefined : `${name} is ${show(value)}; give a ${type}`;
}
