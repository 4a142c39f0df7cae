import { TreeError } from '../core/errors';
import { isParameter, isTensor, setCreationHook, setGradientGuard, type Parameter, type Tensor } from '../tensor';
import { currentMaker, type Maker } from './construction';
import { contents } from './hidden';
import { className, classInfo } from './metadata';
import { walk } from './walk';

// What was found in its maker's tree already.
const cleared = new WeakSet<object>();

/** Refuses a gradient for a parameter that its module's tree does not hold: no optimizer would ever update it. */
export function guardGradients(): void {
  setCreationHook(currentMaker);
  setGradientGuard((leaf) => {
    if (!cleared.has(leaf) && isParameter(leaf)) check(leaf);
  });
}

function check(leaf: Parameter): void {
  const maker = leaf.maker as Maker | undefined;
  if (maker === undefined) return void cleared.add(leaf);
  const root = maker.module;
  if (root === undefined) return; // still under construction
  clear(root);
  if (!cleared.has(leaf))
    throw new TreeError(
      `${(leaf as Tensor).label ?? `a parameter made in the constructor of ${className(root)}`} received a gradient, but ` +
        `the parameter tree of ${className(root)} does not reach it, so nothing would train or save it; keep it in a ` +
        'public field instead of a #private one, or mark the field that holds it @external',
    );
}

/** Clears everything that a module's tree and its `@external` fields hold, at once: a walk per leaf would take long. */
function clear(root: object): void {
  const outside = new Set<object>();
  for (const { kind, value } of walk(root)) {
    cleared.add(value);
    if (kind === 'module') for (const held of externals(value)) outside.add(held);
  }
  for (const value of outside) {
    cleared.add(value);
    if (!isTensor(value)) for (const item of contents(value)) outside.add(item); // a Set takes more while it is read
  }
}

/** What the `@external` fields of a module hold. */
function externals(module: object): object[] {
  const { fields } = classInfo(Object.getPrototypeOf(module) as object);
  const names = [...fields.values()].filter(({ declaration }) => declaration.kind === 'external');
  const values = names.map(({ declaration }) => (module as Record<string, unknown>)[declaration.name]);
  return values.filter((value): value is object => typeof value === 'object' && value !== null);
}
