import { reword } from './reword';

/** The base of every error this library throws on purpose: catch it to tell a mistake in use from a defect. */
export class DecogradError extends Error {
  /** The module in whose forward it happened, e.g. `blocks.0.attn (Attention)`. */
  declare modulePath?: string; // no field of its own, which consoles would print as undefined below every message

  constructor(message: string) {
    super(message);
    this.name = new.target.errorName;
  }

  /** Spelled out because minifiers rename classes. */
  static readonly errorName: string = 'DecogradError';
}

/** A declaration (`@module`, `@param`, `@buffer`, `@external`) that cannot hold. */
export class DeclarationError extends DecogradError {
  static override readonly errorName = 'DeclarationError';
}
/** A parameter tree that cannot be walked. */
export class TreeError extends DecogradError {
  static override readonly errorName = 'TreeError';
}
/** A state dict, file or checkpoint that does not fit. */
export class StateError extends DecogradError {
  static override readonly errorName = 'StateError';
}
/** Shapes that do not fit an operation. */
export class ShapeError extends DecogradError {
  static override readonly errorName = 'ShapeError';
}
/** A dtype that an operation does not take. */
export class DTypeError extends DecogradError {
  static override readonly errorName = 'DTypeError';
}
/** An axis, index or label out of range. */
export class IndexError extends DecogradError {
  static override readonly errorName = 'IndexError';
}
/** A misuse of backward, grad or noGrad. */
export class GradientError extends DecogradError {
  static override readonly errorName = 'GradientError';
}
/** A value whose ingredients were overwritten before it was computed. */
export class StaleError extends DecogradError {
  static override readonly errorName = 'StaleError';
}
/** A device that is missing, lost, mixed with another, or out of memory. */
export class DeviceError extends DecogradError {
  static override readonly errorName: string = 'DeviceError';
}
/** A device that is there and does not work: its driver fails, or it computes wrong. */
export class FaultyDeviceError extends DeviceError {
  static override readonly errorName = 'FaultyDeviceError';
}
/** An argument or option outside what is allowed. */
export class ValueError extends DecogradError {
  static override readonly errorName = 'ValueError';
}

/** Adds ` in PATH` to the message of a library error, once: the innermost module wins. */
export function withModulePath(error: unknown, path: string): unknown {
  if (error instanceof DecogradError && error.modulePath === undefined) {
    error.modulePath = path;
    reword(error, `${error.message}\n  in ${path}`);
  }
  return error;
}
