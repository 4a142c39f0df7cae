import { DeclarationError } from '../core/errors';
import { classInfo, missingModule, prototypeName, refuseUnmarked } from './metadata';
import { shared } from './shared';

/** Who made a parameter: the outermost module under construction, once it exists. */
export interface Maker {
  module?: object;
}

/** One `@module` constructor that is running: the prototype it materialises and, once there, its instance. */
interface Frame {
  readonly prototype: object;
  readonly maker: Maker;
  instance?: object;
}

// Nested constructors: the last frame is the innermost.
const frames = shared<Frame[]>('constructing', () => []);

/** Runs an outermost constructor under a frame, so that what it makes is known to be its own. */
export function constructing<T extends object>(prototype: object, construct: () => T): T {
  const maker = frames[0]?.maker ?? {};
  frames.push({ prototype, maker });
  try {
    const made = construct();
    if (frames.length === 1) maker.module = made;
    return made;
  } finally {
    frames.pop();
  }
}

/** The outermost module under construction; `undefined` outside of any constructor. */
export function currentMaker(): Maker | undefined {
  return frames[0]?.maker;
}

/** Whether this instance's constructor has not finished: its declared fields are not there yet. */
export function isUnderConstruction(instance: object): boolean {
  return frames.some((frame) => frame.instance === instance);
}

/**
 * Called by Module's constructor: refuses classes without `@module`, and a class that constructs itself inside its own
 * body, where some compilers bind its name to the undecorated class.
 */
export function enterModuleConstructor(instance: object): void {
  const prototype = Object.getPrototypeOf(instance) as object;
  const { module } = classInfo(prototype);
  const name = prototypeName(prototype);
  refuseUnmarked(prototype);
  if (module === undefined) throw missingModule(name);
  const frame = frames.at(-1);
  if (frame === undefined || frame.prototype !== module || frame.instance !== undefined)
    throw new DeclarationError(
      `${name} was constructed without its decorator: inside its own class body, compilers may bind ${name} to the ` +
        `undecorated class; write new (this.constructor as typeof ${name})(...) there, or construct it outside`,
    );
  frame.instance = instance;
}
