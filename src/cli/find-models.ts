import { isModule } from '../module';
import { messageOf, UsageError } from './usage';

type Exports = Readonly<Record<string, unknown>>;
type Callable = (() => unknown) & { readonly prototype?: object };

/** Models by the names under which a file exports them. */
export type Models = ReadonlyMap<string, object>;

/** The models of a file: those it exports, or the one that `name` asks for. */
export async function findModels(exports: Exports, name?: string): Promise<Models> {
  if (name !== undefined) return new Map([[name, await namedModel(exports, name)]]);
  const models = new Map<string, object>();
  for (const [key, value] of candidates(exports)) {
    const model = await make(key, value);
    if (isModule(model)) models.set(key, model);
  }
  if (models.size === 0) throw new UsageError(nothingFound(exports));
  return models;
}

async function namedModel(exports: Exports, name: string): Promise<object> {
  if (!(name in exports)) {
    const names = Object.keys(exports).join(', ') || 'nothing';
    throw new UsageError(`there is no export '${name}'; the file exports ${names}`);
  }
  const model = await make(name, exports[name]);
  if (isModule(model)) return model;
  const what = typeof exports[name] === 'function' ? `${name}() returned` : `${name} is`;
  throw new UsageError(
    `${what} no module: export a class that carries @module, or a function that returns an instance`,
  );
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

/** A function is called unasked only if its name says that it makes something. */
const isFactory = (name: string, value: unknown): boolean =>
  typeof value === 'function' && !isModuleClass(value) && value.length === 0 && /^(create|make|build)/.test(name);

/** Whether `@module` stands above this class or one of its bases; its name plays no part. */
function isModuleClass(value: unknown): value is new () => object {
  const prototype = typeof value === 'function' ? (value as Callable).prototype : undefined;
  return prototype != null && isModule(Object.create(prototype));
}

/** An instance of a class, what a function returns, or the value itself. */
async function make(name: string, value: unknown): Promise<unknown> {
  if (isModuleClass(value)) return construct(name, value);
  return typeof value === 'function' ? call(name, value as Callable) : value;
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
  const remedy = 'or a function that returns it, and name that with --export';
  if (needy.length === 0) return `the file exports no class that carries @module; export the model, ${remedy}`;
  return `${needy.join(', ')}: the constructor needs arguments; give them defaults, ${remedy.replace('or', 'or export')}`;
}
