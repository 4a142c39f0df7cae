import { ValueError } from '../../core/errors';
import { checkOption } from '../option-limits';
import { perGroup, type Group } from './lr-scheduler';

/** Momentum that goes the other way than the rate: from the largest to the base and back. */
export interface MomentumRange {
  readonly cycleMomentum: boolean;
  readonly baseMomentum: number | readonly number[];
  readonly maxMomentum: number | readonly number[];
}

/** Sets what is momentum in a group: `momentum`, or the first of `betas`. */
export function setMomentum(group: Group, value: number): void {
  if (group.betas) group.betas = [value, ...group.betas.slice(1)];
  else group.momentum = value;
}

/** Base and largest momentum of each group. */
export function momentumRanges(where: string, range: MomentumRange, groups: readonly Group[]): [number, number][] {
  const least = perGroup<number>(where, 'baseMomentum', range.baseMomentum, groups);
  const most = perGroup<number>(where, 'maxMomentum', range.maxMomentum, groups);
  return least.map((base, i) => [base, most[i]]);
}

/** @throws ValueError for optimizers without momentum, and momentum out of range */
export function checkMomentum(where: string, range: MomentumRange, groups: readonly Group[]): void {
  checkOption(where, 'cycleMomentum', range.cycleMomentum, 'flag');
  if (!range.cycleMomentum) return;
  if (!groups.every((group) => 'momentum' in group || 'betas' in group))
    throw new ValueError(`${where}: the optimizer has neither momentum nor betas; set { cycleMomentum: false }`);
  for (const [base, most] of momentumRanges(where, range, groups)) {
    checkOption(where, 'baseMomentum', base, 'belowOne');
    checkOption(where, 'maxMomentum', most, 'belowOne');
  }
}

/** One rate for each group. @throws ValueError for one that is not above 0, or as many as there are no groups */
export function ratesOf(
  where: string,
  option: string,
  given: number | readonly number[],
  groups: readonly Group[],
): number[] {
  const rates = perGroup<number>(where, option, given, groups);
  rates.forEach((rate) => checkOption(where, option, rate, 'notNegative'));
  return rates;
}
