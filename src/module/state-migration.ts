import { StateError, ValueError } from '../core/errors';
import { suggest } from '../core/options';
import { namesIn } from './path-likeness';
import { show } from './shape-declaration';

/**
 * New paths by old ones. `'fc.weight': 'head.weight'` renames one; `'fc.*': 'head.*'` all below `fc`, `'*': 'net.*'` all there
 * are; `null` drops. Of several that match, a path goes before prefixes and a longer prefix before a shorter one.
 */
export type MigrationRules = Readonly<Record<string, string | null>>;

interface Rule {
  readonly old: string;
  /** What takes the place of the path or its prefix. */
  readonly to: string | null;
}

/** The pattern of all that is below a path. */
export const below = (prefix: string): string => (prefix === '' ? '*' : `${prefix}.*`);

const isPattern = (text: string): boolean => text === '*' || text.endsWith('.*');
const withoutStar = (text: string): string => text.replace(/\.?\*$/, '');

/** Rules that were checked, applied to paths; it notes which of them were needed. */
export class StateMigration {
  readonly #paths = new Map<string, Rule>();
  readonly #prefixes = new Map<string, Rule>();
  readonly #used = new Set<Rule>();

  /**
   * @param exempt paths that are none of the rules' business
   * @throws ValueError for a rule that is malformed
   */
  constructor(
    private readonly asker: string,
    rules: MigrationRules,
    private readonly exempt: ReadonlySet<string> = new Set(),
  ) {
    if (typeof rules !== 'object' || rules === null || Array.isArray(rules))
      throw new ValueError(`${asker}: rules are one object of new paths by old ones, { 'fc.*': 'head.*' }; not ${show(rules)}`); // prettier-ignore
    for (const [old, to] of Object.entries(rules)) {
      checkRule(asker, old, to);
      const rule = { old, to: to === null ? null : isPattern(old) ? withoutStar(to) : to };
      if (isPattern(old)) this.#prefixes.set(withoutStar(old), rule);
      else this.#paths.set(old, rule);
    }
  }

  /** The new path, the same where no rule matches; null where it is dropped. */
  pathOf(path: string): string | null {
    if (this.exempt.has(path)) return path;
    const exact = this.#paths.get(path);
    if (exact) return this.#use(exact);
    const names = namesIn(path);
    for (let count = names.length - 1; count >= 0; count--) {
      const rule = this.#prefixes.get(names.slice(0, count).join('.'));
      if (!rule) continue;
      const to = this.#use(rule);
      return to === null ? null : [...namesIn(to), ...names.slice(count)].join('.');
    }
    return path;
  }

  #use(rule: Rule): string | null {
    this.#used.add(rule);
    return rule.to;
  }

  /** A record under new paths. @throws StateError where two of them would be one */
  record<T>(dict: Readonly<Record<string, T>>): Record<string, T> {
    const sources = new Map<string, string>();
    for (const path of Object.keys(dict)) {
      const to = this.pathOf(path);
      if (to === null) continue;
      if (sources.has(to))
        throw new StateError(`${this.asker}: '${sources.get(to)}' and '${path}' would both be '${to}'; drop one with a rule that gives null, or rename it too`); // prettier-ignore
      sources.set(to, path);
    }
    return Object.fromEntries([...sources].map(([to, path]) => [to, dict[path]]));
  }

  /** @throws StateError for a rule that decided nothing, naming what comes near among these paths */
  refuseIdle(paths: readonly string[]): void {
    const idle = [...this.#paths.values(), ...this.#prefixes.values()].find((rule) => !this.#used.has(rule));
    if (!idle) return;
    const known = isPattern(idle.old) ? [...new Set(paths.flatMap(patternsOf))] : paths;
    const hint = known.length > 0 ? suggest(idle.old, known) : 'there is nothing below any path';
    throw new StateError(`${this.asker}: the rule '${idle.old}' matches nothing; ${hint}`);
  }
}

/** The patterns that match a path. */
function patternsOf(path: string): string[] {
  const names = namesIn(path);
  return names.slice(1).map((_, i) => below(names.slice(0, i + 1).join('.')));
}

/** One or more names with dots between them; a star may stand in place of the last. */
const form = /^(\*|[^.*]+(\.[^.*]+)*(\.\*)?)$/;

function checkRule(asker: string, old: string, to: unknown): void {
  const forms = `a rule is a path, 'fc.weight', or all below one, 'fc.*'`;
  if (!form.test(old)) throw new ValueError(`${asker}: '${old}' is no path; ${forms}`);
  if (to === null) return;
  if (typeof to !== 'string') throw new ValueError(`${asker}: the rule '${old}' gives ${show(to)}; give a path, or null to drop it`); // prettier-ignore
  if (!form.test(to)) throw new ValueError(`${asker}: the rule '${old}' gives '${to}', which is no path; ${forms}`);
  if (isPattern(old) !== isPattern(to))
    throw new ValueError(`${asker}: the rule '${old}' gives '${to}'; let both or none of them end in *`);
}
