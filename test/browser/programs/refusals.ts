import { device, zeros } from '../../../src';
import { backendOf } from '../../../src/plan';
import { said } from './said';
import { replaceRequest } from './web-gpu-entry';

/** A tensor of one number more than the device holds. */
export async function tooLarge(name: string) {
  await device(name);
  const size = most(backendOf(name).hardware.limits) + 1;
  const error = await said(() => zeros([size]).add(1).data());
  return { size, error, after: [...(await zeros([2]).add(1).data())] };
}

function most({ maxTextureSize, maxStorageBufferBindingSize }: Readonly<Record<string, number>>): number {
  return maxTextureSize ? maxTextureSize ** 2 : maxStorageBufferBindingSize / 4;
}

/** What is said where there is no adapter, and where `auto` goes. */
export async function noAdapter(name: string) {
  await replaceRequest(() => async () => null);
  return { asked: await said(() => device(name)), any: await said(() => device('gpu')), auto: await device('auto') };
}
