import { isModule } from '../module';
import { messageOf, UsageError } from './usage';

type Exports = Readonly<Record<string, unknown>>;
type Callable = (() => unknown) & { readonly prototype?: object };

/** Models by the names under which a file exports them. */
export type Models = ReadonlyMap<string, object>;

/** The models of a file: those it exports, or the one that `name` asks for. */
export async function findModels(exports: Exports, name?: string): Promise<Models> {
  const chosen = name === undefined ? candidates(exports) : [[name, named(exports, name)] as const];
  const models = new Map<string, object>();
  for (const [key, value] of chosen) models.set(key, await toModel(key, value));
  if (models.size === 0) throw new UsageError(nothingFound(exports));
  return models;
}

function named(exports: Exports, name: string): unknown {
  if (name in exports) return exports[name];
  const names = Object.keys(exports);
  throw new UsageError(`there is no export '${name}'; the file exports ${names.join(', ') || 'nothing'}`);
}

/** What can be a model without being asked for: each once, under its first name. */
function candidates(exports: Exports): [string, unknown][] {
  const seen = new Set<unknown>();
  return Object.entries(exports).filter(([name, value]) => {
    if (seen.has(value) || !(isModule(value) || isReady(value) || isFactory(name, value))) return false;
    return seen.add(value);
  });
}

const isReady = (value: unknown): boolean => isModuleClass(value) && value.length === 0;

/** A function is run unasked only if its name says that it makes something. */
function isFactory(name: string, value: unknown): boolean {
  return (
    typeof value === 'function' && !isModuleClass(value) && value.length === 0 && /^(create|make|build)/.test(name)
  );
}

/** Whether `@module` stands above this class or one of its bases; its name plays no part. */
function isModuleClass(value: unknown): value is new () => object {
  const prototype = typeof value === 'function' ? (value as Callable).prototype : undefined;
  return prototype != null && isModule(Object.create(prototype));
}

async function toModel(name: string, value: unknown): Promise<object> {
  const made = isModuleClass(value) ? construct(name, value) : typeof value === 'function' ? await call(name, value as Callable) : value; // prettier-ignore
  if (isModule(made)) return made;
  const what = typeof value === 'function' ? `${name}() returned` : `${name} is`;
  throw new UsageError(
    `${what} no module: export a class that carries @module, or a function that returns an instance`,
  );
}

function construct(name: string, Class: new () => object): object {
  try {
    return new Class();
  } catch (error) {
    const remedy = 'export a function that constructs it and name it with --export';
    throw new UsageError(`${name} cannot be constructed without arguments (${messageOf(error)}); ${remedy}`);
  }
}

async function call(name: string, factory: Callable): Promise<unknown> {
  try {
    return await factory();
  } catch (error) {
    throw new UsageError(`${name}() failed: ${messageOf(error)}`);
  }
}

function nothingFound(exports: Exports): string {
  const needy = Object.keys(exports).filter((name) => isModuleClass(exports[name]));
  if (needy.length === 0) return 'the file exports no class that carries @module; export the model, or a function that returns it and name it with --export'; // prettier-ignore
  return `${needy.join(', ')}: the constructor needs arguments; export a function that constructs it, and name it with --export`;
}
