import { kindNames } from './kinds';
import { timeProducts } from './time';

/** For whoever runs the bundle: a page, or a process of Node. */
Object.assign(globalThis, {
  measure: (device: string, only: readonly string[] | null, rounds: number) =>
    timeProducts(device, only ?? kindNames, rounds),
});
