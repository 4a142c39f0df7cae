import { TreeError } from '../core/errors';
import { isParameter } from '../tensor';
import { isUnderConstruction } from './construction';
import type { Hidden } from './hidden';
import { className, isModule } from './metadata';
import { show } from './shape-declaration';
import type { Place } from './walk';

function where({ owner, field, path }: Place): string {
  return `${className(owner)}.${field}${path === field ? '' : ` (at "${path}")`}`;
}

export function badKey(place: Place, path: string): TreeError {
  return new TreeError(
    `${where(place)}: the key at "${path}" has a dot in it, is empty or is "__proto__", and makes no path; rename the key`,
  );
}

export function declaredUndefined(place: Place): TreeError {
  if (isUnderConstruction(place.owner))
    return new TreeError(
      `${where(place)} is not there yet: declared fields are made after the constructor; do this in onInit()`,
    );
  return new TreeError(
    `${where(place)} is declared but undefined. A subclass that declares it again resets it: write ` +
      `\`@param(...) override ${place.field}: Parameter = undefined!\` under its own @module. Assign null to leave it out`,
  );
}

export function declaredOther(place: Place, value: unknown): TreeError {
  const isParam = place.declared?.declaration.kind === 'parameter';
  const remedy = isParam ? 'assign new Parameter(tensor), or null' : 'record a new value with .assign(tensor)';
  return new TreeError(
    `${where(place)} is declared with ${isParam ? '@param' : '@buffer'} but holds ${show(value)}; ${remedy}`,
  );
}

export function cycle(place: Place, first: string): TreeError {
  return new TreeError(
    `${where(place)} leads back to ${first === '' ? 'the root' : `"${first}"`}: a cycle has no paths; keep references ` +
      'back in a #private or non-enumerable field or a WeakRef, or mark the field @external',
  );
}

export function hiddenInside({ place, value, why }: Hidden, lost: object): TreeError {
  const what = isParameter(lost) ? 'a parameter' : isModule(lost) ? `a module (${className(lost)})` : 'a buffer';
  const reason = {
    instance: `${show(value)} holds ${what}, which the parameter tree does not reach`,
    symbol: `a symbol key holds ${what}, and symbols make no path`,
    key: `a Map key that is no string or number leads to ${what}, and makes no path`,
  }[why];
  const remedy =
    why === 'instance'
      ? 'keep it in an array, plain object or Map, write @module above its class, or mark the field @external'
      : 'use string keys, or mark the field @external';
  return new TreeError(`${where(place)}: ${reason}; ${remedy}`);
}
