import { ValueError } from '../core/errors';
import { show } from '../module/shape-declaration';

/** A seed, or none. @throws ValueError unless it is a whole number of at least 0 */
export function checkSeed(where: string, seed: number | undefined): number | undefined {
  if (seed === undefined || (Number.isSafeInteger(seed) && seed >= 0)) return seed;
  throw new ValueError(`${where}: seed must be a whole number of at least 0, not ${show(seed)}`);
}
