// Carbon dioxide in the air of Mauna Loa, month by month: measurements of the Scripps CO2 Program (CC BY 4.0,
// https://scrippsco2.ucsd.edu), as the npm package vega-datasets carries them.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const file = join(dirname(require.resolve('vega-datasets')), '..', 'data', 'co2-concentration.csv');

/** Before it, months are missing. */
export const firstYear = 1965;

/** Parts per million of every month from January of the first year to December 2019. */
export function carbonDioxide(): number[] {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1); // prettier-ignore
  const whole = rows.filter((row) => row >= String(firstYear) && row < '2020'); // they begin with the date
  return whole.map((row) => Number(row.split(',')[1]));
}
