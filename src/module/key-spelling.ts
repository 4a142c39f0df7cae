import { namesIn } from './path-likeness';

/** `running_mean` as `runningMean`. */
export const camel = (key: string): string => key.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/**
 * The dict's key for each of the model's: the same, or where only one side has it, one that is the same in camelCase. Keys
 * of the dict that nothing matches stand for themselves.
 */
export function matchingKeys(dict: readonly string[], model: Iterable<string>): Map<string, string> {
  const own = new Set(model);
  const spelt = new Map([...own].map((key) => [camel(key), key]));
  const keys = new Map(dict.map((key) => [key, key]));
  for (const key of dict) {
    const meant = own.has(camel(key)) ? camel(key) : spelt.get(camel(key));
    if (meant !== undefined && !own.has(key) && !keys.has(meant)) keys.set(meant, key);
  }
  return keys;
}

/** Spells keys of the model as a dict with these keys would: `bn.runningMean` as `bn.running_mean` where it says so. */
export function speller(dict: readonly string[]): (key: string) => string {
  const names = new Set(dict.flatMap(namesIn));
  const spelt = new Map([...names].filter((name) => !names.has(camel(name))).map((name) => [camel(name), name]));
  return (key) =>
    namesIn(key)
      .map((name) => spelt.get(name) ?? name)
      .join('.');
}
