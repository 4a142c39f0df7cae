import { DeclarationError } from '../core/errors';
import { constructing } from './construction';
import { guardGradients } from './gradient-guard';
import { materialise } from './materialise';
import {
  classInfo,
  contextDeclarations,
  isMarked,
  knownDeclarations,
  markModule,
  refuseUnmarked,
  setDeclarations,
  throwMistakes,
} from './metadata';
import { show } from './shape-declaration';

type Class = abstract new (...args: any[]) => object;
type StandardContext = { readonly kind: string; readonly metadata?: object };

// Beside what every model needs: bundlers drop the statements of files that only hand on, under `sideEffects: false`.
guardGradients();

/**
 * Makes a class a module: after its constructor has run, every field that `@param` or `@buffer` declares is there, and
 * its instances have a parameter tree. Stands directly above the class, without parentheses; works with legacy
 * (`experimentalDecorators`) and with standard decorators.
 *
 * A subclass of a module that declares fields carries `@module` too. Constructor bodies do not see declared fields:
 * `onInit()` runs once, after everything is there. A class need not extend {@link Module}: what that offers as methods
 * exists as functions (`parameters(instance)`, `stateDict(instance)`, ...).
 *
 * @throws DeclarationError naming each `Class.field` whose declaration cannot hold.
 *
 * @example
 * ```ts
 * @module
 * class Affine extends Module {
 *   @param([3, 4], { init: init.normal() }) weight!: Parameter<[3, 4]>;
 *   @param([4]) bias!: Parameter<[4]>;
 *   forward(x: Tensor<[number, 3]>) { return x.matmul(this.weight).add(this.bias); }
 * }
 * ```
 */
export function module<C extends Class>(target: C, context?: ClassDecoratorContext<C>): C {
  if (typeof target !== 'function')
    throw new DeclarationError(
      `@module was given ${show(target)}; write it without parentheses, directly above a class`,
    );
  const prototype = target.prototype as object;
  if (isMarked(prototype)) throw new DeclarationError(`${target.name} carries @module twice; keep one`);
  claim(prototype, target.name, context);
  markModule(prototype);
  return replace(target, prototype);
}

function claim(prototype: object, name: string, context: StandardContext | undefined): void {
  if (context?.metadata !== undefined) setDeclarations(prototype, contextDeclarations(context.metadata));
  const declarations = knownDeclarations(prototype);
  if (declarations === undefined) return;
  declarations.claimed = true;
  throwMistakes(declarations, name);
}

// A Proxy rather than a subclass: name, length, statics, prototype and instanceof stay what they are.
function replace<C extends Class>(target: C, prototype: object): C {
  const decorated = new Proxy<C>(target, { construct: construct as NonNullable<ProxyHandler<C>['construct']> });
  for (const key of Reflect.getOwnMetadataKeys(target) as unknown[])
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, target), decorated);
  Object.defineProperty(prototype, 'constructor', { value: decorated, writable: true, configurable: true });
  return decorated;
}

/** Only the outermost decorated constructor materialises: the one whose class is the instance's nearest module. */
function construct(target: Class, args: unknown[], newTarget: Class): object {
  const prototype = target.prototype as object;
  const actual = newTarget.prototype as object;
  if (classInfo(actual).module !== prototype) return Reflect.construct(target, args, newTarget) as object;
  refuseUnmarked(actual);
  return constructing(prototype, () => {
    const instance = Reflect.construct(target, args, newTarget) as object;
    materialise(instance);
    return instance;
  });
}
