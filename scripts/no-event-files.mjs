// Stands for the writer of protocol buffers in the build for browsers.
import { DeviceError } from '../src/core/errors';

export const WireType = {};

export class BinaryWriter {
  constructor() {
    throw new DeviceError('tensorBoard: a browser has no files to write events to; run.history holds what is known');
  }
}
