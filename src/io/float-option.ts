import { ValueError } from '../core/errors';

/** What float32 tensors are stored as. @throws ValueError for a dtype that is not among `allowed` */
export function floatOption<T extends string>(asker: string, given: unknown, allowed: readonly T[]): T {
  if (allowed.includes(given as T)) return given as T;
  throw new ValueError(`${asker}: dtype must be ${allowed.join(', ')}, not ${JSON.stringify(given)}`);
}
