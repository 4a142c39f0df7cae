// Stands for cli-progress in the build for browsers.
import { DeviceError } from '../src/core/errors';

export const Presets = {};

export class SingleBar {
  constructor() {
    throw new DeviceError('progress: a browser has no terminal to draw a bar on; progressLines(stream) writes lines');
  }
}
