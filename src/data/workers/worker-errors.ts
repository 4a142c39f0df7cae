import * as errors from '../../core/errors';

/** An error as a thread passes it. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

type Kind = new (message: string) => Error;
const own = Object.values(errors).filter((value): value is typeof errors.DecogradError => 'errorName' in value);
const builtIn: readonly Kind[] = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** The error that a thread threw, of the same class where it is one of ours or JavaScript's, with the stack from there. */
export function errorOf({ name, message, stack }: Failure, path: string): Error {
  const kind: Kind = own.find(({ errorName }) => errorName === name) ?? builtIn.find((other) => other.name === name) ?? Error; // prettier-ignore
  const error = new kind(message);
  const asked = error.stack?.slice(error.stack.indexOf('\n    at ')) ?? '';
  const told = `${stack ?? `${name}: ${message}`}\n    in a worker of DataLoader that loads ${path}${asked}`;
  return Object.defineProperties(error, {
    name: { value: name, configurable: true, writable: true },
    stack: { value: told, configurable: true, writable: true },
  });
}
