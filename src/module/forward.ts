import { DecogradError, ValueError, withModulePath } from '../core/errors';
import { enterForward, failForward, leaveForward } from '../tensor';
import { fillPending } from './pending';
import { stateOf } from './instance-state';
import { className } from './metadata';
import { refusedArgument } from './refused-argument';
import { runHooks, runPreHooks } from './run-hooks';
import { walk } from './walk';

type Forward = (this: object, ...args: unknown[]) => unknown;
type WithForward = { forward?: Forward };

const brand = Symbol.for('decograd:wrapped');
// The instances whose forward runs, outermost first.
const running: object[] = [];
// The innermost module in which an error arose, until the outermost forward knows its path.
const culprits = new WeakMap<object, object>();

/** Wraps the instance's `forward` where it stands, on a prototype or (an arrow field) on the instance, once. */
export function ensureWrapped(instance: object): void {
  const { forward } = instance as WithForward;
  if (typeof forward !== 'function' || brand in forward) return;
  let holder = instance;
  while (!Object.hasOwn(holder, 'forward')) holder = Object.getPrototypeOf(holder) as object;
  const property = Object.getOwnPropertyDescriptor(holder, 'forward')!;
  if (property.value !== forward) return;
  // An arrow function knows its instance, so it may be called detached: layers.map(layer => layer.forward).
  const value = wrap(forward, holder === instance ? instance : undefined);
  Object.defineProperty(holder, 'forward', { ...property, value });
}

function wrap(original: Forward, owner: object | undefined): Forward {
  const wrapped: Forward = function (...args) {
    const self = owner ?? this;
    // super.forward arrives here with an instance whose own forward is another one.
    return (self as WithForward).forward === wrapped ? run(self, original, args) : original.apply(self, args);
  };
  Object.defineProperty(wrapped, 'name', { value: original.name });
  Object.defineProperty(wrapped, 'length', { value: original.length });
  return Object.defineProperty(wrapped, brand, { value: true });
}

function run(self: object, original: Forward, args: unknown[]): unknown {
  const token = enterForward();
  running.push(self);
  let output: unknown;
  try {
    output = compute(self, original, args);
  } catch (error) {
    failForward(token);
    throw located(refusedArgument(error, args), self);
  } finally {
    running.pop();
  }
  leaveForward(token, output);
  return output;
}

function compute(self: object, original: Forward, args: unknown[]): unknown {
  const state = stateOf(self);
  const given = state.preHooks === undefined ? args : runPreHooks(state.preHooks, self, args);
  if (state.pending !== undefined) fillPending(self, state, given);
  const output = original.apply(self, given);
  refusePromise(output, self);
  return state.hooks === undefined ? output : runHooks(state.hooks, self, given, output);
}

function refusePromise(output: unknown, self: object): void {
  if (!(output instanceof Promise)) return;
  output.catch(() => undefined);
  throw new ValueError(
    `${className(self)}.forward returned a promise; forward is synchronous: await data before calling it, and read ` +
      'values inside it with itemSync()',
  );
}

/** The error with the innermost module's path in it, as soon as the outermost forward is left. */
function located(error: unknown, self: object): unknown {
  if (!(error instanceof DecogradError) || error.modulePath !== undefined) return error;
  const culprit = culprits.get(error) ?? self;
  culprits.set(error, culprit);
  return running.length > 1 ? error : withModulePath(error, pathFrom(self, culprit));
}

function pathFrom(root: object, culprit: object): string {
  const name = className(culprit);
  try {
    const path = walk(root).find((entry) => entry.value === culprit)?.path ?? '';
    return path === '' ? name : `${path} (${name})`;
  } catch {
    return name; // a tree that cannot be walked must not hide the error that happened
  }
}
