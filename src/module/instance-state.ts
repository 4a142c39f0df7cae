import type { ForwardHook, ForwardPreHook } from './run-hooks';
import type { Buffer, Parameter } from '../tensor';
import type { TensorDeclaration } from './declaration';
import type { ResolvedShape } from './shape-declaration';

/** A parameter or buffer whose shape waits for the first forward. */
export interface PendingField {
  readonly declaration: TensorDeclaration;
  readonly shape: ResolvedShape;
  readonly tensor: Parameter | Buffer;
  /** `Class.field` */
  readonly label: string;
}

/** What the library remembers about one module instance, beside its fields. */
export interface InstanceState {
  training: boolean;
  preHooks?: Set<ForwardPreHook>;
  hooks?: Set<ForwardHook>;
  /** Fields that `infer` sizes, until the first forward. */
  pending?: PendingField[];
}

const key = Symbol.for('decograd:state');

/** The hidden state of a module instance; made on first use. */
export function stateOf(instance: object): InstanceState {
  const known = (instance as { [key]?: InstanceState })[key];
  if (known !== undefined) return known;
  const made: InstanceState = { training: true };
  Object.defineProperty(instance, key, { value: made });
  return made;
}
