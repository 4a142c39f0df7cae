import { TreeError } from '../core/errors';
import { isParameter, setCreationHook, setGradientGuard, type Parameter, type Tensor } from '../tensor';
import { currentMaker, type Maker } from './construction';
import { contents } from './hidden';
import { className, classInfo } from './metadata';
import { walk } from './walk';

// Who made each parameter, and which of them were found in their maker's tree already.
const makers = new WeakMap<object, Maker>();
const cleared = new WeakSet<object>();

/** Refuses a gradient for a parameter that its module's tree does not hold: no optimizer would ever update it. */
export function guardGradients(): void {
  setCreationHook((parameter) => {
    const maker = currentMaker();
    if (maker !== undefined) makers.set(parameter, maker);
  });
  setGradientGuard((leaf) => {
    if (!cleared.has(leaf) && isParameter(leaf)) check(leaf);
  });
}

function check(leaf: Parameter): void {
  const root = makers.get(leaf)?.module;
  if (root !== undefined && !isInTree(leaf, root))
    throw new TreeError(
      `${(leaf as Tensor).label ?? `a parameter made in the constructor of ${className(root)}`} received a gradient, but ` +
        `the parameter tree of ${className(root)} does not reach it, so nothing would train or save it; keep it in a ` +
        'public field instead of a #private one, or mark the field that holds it @external',
    );
  cleared.add(leaf);
}

function isInTree(leaf: Parameter, root: object): boolean {
  const entries = walk(root);
  if (entries.some((entry) => entry.value === leaf)) return true;
  return entries.some((entry) => entry.kind === 'module' && externals(entry.value).some((held) => holds(held, leaf)));
}

/** What the `@external` fields of a module hold. */
function externals(module: object): object[] {
  const { fields } = classInfo(Object.getPrototypeOf(module) as object);
  const names = [...fields.values()].filter(({ declaration }) => declaration.kind === 'external');
  const values = names.map(({ declaration }) => (module as Record<string, unknown>)[declaration.name]);
  return values.filter((value): value is object => typeof value === 'object' && value !== null);
}

function holds(start: object, leaf: Parameter): boolean {
  const seen = new Set([start]);
  for (const value of seen) {
    if (value === leaf) return true;
    if (!isParameter(value)) for (const item of contents(value)) seen.add(item);
  }
  return false;
}
