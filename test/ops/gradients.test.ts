import { describe, expect, it } from 'vitest';
import { gradCheck, withDevice } from 'decograd';
import { leaf, tensorsOf, title, type Sample } from './fixtures';
import { isSmall, slope, smooth, weighted } from './slope';

const leavesOf = (sample: Sample) => withDevice('reference', () => tensorsOf(sample).map(leaf));

describe('gradients are those of central differences in double precision', () => {
  for (const sample of smooth)
    it(title(sample), () => expect(gradCheck(weighted(sample), leavesOf(sample))).toBeLessThanOrEqual(1e-6));
});

describe('gradients of gradients are those of central differences in double precision', () => {
  for (const sample of smooth.filter(isSmall))
    it(title(sample), () => expect(gradCheck(slope(sample), leavesOf(sample))).toBeLessThanOrEqual(1e-6));
});
