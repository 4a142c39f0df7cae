import { beforeAll, describe, expect, it } from 'vitest';
import { device } from 'decograd';
import { mismatch } from './compare';
import { devices } from './devices';
import { samplesOf, title, type Family, type Sample } from './fixtures';

/** One test for each case of the family on each device. */
export function testFamily(family: Family): void {
  describe.each(devices)(`${family} on %s`, (name) => {
    beforeAll(async () => void (await device(name)));
    for (const sample of samplesOf(family)) it(title(sample), () => check(sample));
  });
}

/** Runs the case on the current device: shape, dtype, value and gradients are PyTorch's. */
export async function check(sample: Sample): Promise<void> {
  expect(await mismatch(sample)).toBeNull();
}
