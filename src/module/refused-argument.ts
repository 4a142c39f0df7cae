import { isTensor, Tensor } from '../tensor';
import { refusal } from '../tensor/wrap';

/**
 * In place of `x.matmul is not a function`, what says that the forward was given no tensor; any other error as it is.
 * @param args what the forward was called with
 */
export function refusedArgument(error: unknown, args: readonly unknown[]): unknown {
  if (!(error instanceof TypeError)) return error;
  const [, called, read] = /(\w+) is not a function|reading '(\w+)'/.exec(error.message) ?? [];
  const isOfTensors = (called ?? read ?? '') in Tensor.prototype;
  const wrong = args.findIndex((arg) => !isTensor(arg));
  if (!isOfTensors || (wrong < 0 && args.length > 0)) return error;
  const given = args[wrong];
  return Object.assign(refusal('a tensor', given, 'forward', given === undefined ? '' : undefined), { cause: error });
}
