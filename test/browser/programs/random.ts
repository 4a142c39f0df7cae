import { device, manualSeed, rand, randn, type TypedArray } from '../../../src';
import { ulps } from '../../ops/ulps';

const seeds = [0, 1, 2 ** 31, 2 ** 53 - 1, 123_456_789_012];

/** How far the device's random numbers are from those of the reference, for several seeds and two draws of each. */
export async function random(name: string) {
  const [wanted, found] = [await drawn('reference'), await drawn(name)];
  const distances = (a: readonly TypedArray[], b: readonly TypedArray[]) => a.flatMap((list, i) => Array.from(list, (x, k) => ulps(x, b[i][k]))); // prettier-ignore
  const [uniform, normal] = [distances(wanted.uniform, found.uniform), distances(wanted.normal, found.normal)];
  return {
    count: uniform.length + normal.length,
    uniform: Math.max(...uniform),
    normal: Math.max(...normal),
    distinct: new Set(found.uniform.flatMap((list) => [...list])).size,
  };
}

async function drawn(name: string) {
  await device(name);
  const [uniform, normal]: [TypedArray[], TypedArray[]] = [[], []];
  for (const seed of seeds) {
    manualSeed(seed);
    for (const _ of [1, 2]) {
      uniform.push(await rand([7, 43]).data());
      normal.push(await randn([301]).data());
    }
  }
  return { uniform, normal };
}
