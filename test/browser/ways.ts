import { openChromium } from './chromium';
import { openNode } from './node';

/** The places where programs run. */
export const places = {
  Chromium: () => openChromium(),
  'Chromium without isolation': () => openChromium({ isolated: false }),
  Node: openNode,
} as const;
export type PlaceName = keyof typeof places;

/** A device in a place, which all tests here run on. */
export interface Way {
  readonly place: PlaceName;
  readonly device: string;
}

/** Has int32 computed on the CPU, and runs all else. */
export const webGl1: Way = { place: 'Chromium', device: 'gpu:webgl' };

/** One more device is one more line. */
export const gpus: readonly Way[] = [
  { place: 'Chromium', device: 'gpu:webgpu' },
  { place: 'Chromium', device: 'gpu:webgl2' },
  { place: 'Node', device: 'gpu:webgpu' },
];
