import type { Parameter, Tensor } from '../tensor';
import { walk, type BufferEntry, type ModuleEntry, type ParameterEntry } from './walk';

/** All parameters in the tree, each tied one once. */
export function parameters(module: object): Parameter[] {
  return parameterEntries(module).map((entry) => entry.value);
}

/** `[path, parameter]` for every parameter in the tree; a tied one under its first path. */
export function namedParameters(module: object): [path: string, parameter: Parameter][] {
  return parameterEntries(module).map((entry) => [entry.path, entry.value]);
}

/** All buffers in the tree, persistent or not. */
export function buffers(module: object): Tensor[] {
  return bufferEntries(module).map((entry) => entry.value);
}

/** `[path, buffer]` for every buffer in the tree. */
export function namedBuffers(module: object): [path: string, buffer: Tensor][] {
  return bufferEntries(module).map((entry) => [entry.path, entry.value]);
}

/** The module itself and every module in its tree, parents before children. */
export function modules(module: object): object[] {
  return moduleEntries(module).map((entry) => entry.value);
}

/** `[path, module]` for the module itself (path `''`) and every module in its tree. */
export function namedModules(module: object): [path: string, module: object][] {
  return moduleEntries(module).map((entry) => [entry.path, entry.value]);
}

/** The modules that this one holds in its fields, and in arrays, objects and Maps in them. */
export function children(module: object): object[] {
  return namedChildren(module).map(([, child]) => child);
}

/** `[path, module]` for the modules that this one holds itself. */
export function namedChildren(module: object): [path: string, module: object][] {
  return moduleEntries(module)
    .filter(({ value, places }) => value !== module && places.some((place) => place.owner === module))
    .map((entry) => [entry.path, entry.value]);
}

export function parameterEntries(module: object): ParameterEntry[] {
  return walk(module).filter((entry) => entry.kind === 'parameter');
}

export function bufferEntries(module: object): BufferEntry[] {
  return walk(module).filter((entry) => entry.kind === 'buffer');
}

export function moduleEntries(module: object): ModuleEntry[] {
  return walk(module).filter((entry) => entry.kind === 'module');
}
