import { isBuffer, isParameter, isTensor, type Parameter, type Tensor } from '../tensor';
import { classInfo, refuseUnmarked, requireModule, type ClassInfo, type MergedField } from './metadata';
import { entriesOf, isContainer } from './container';
import { refuseHidden, type Hidden } from './hidden';
import * as errors from './walk-errors';

/** One place in the tree at which something stands. */
export interface Place {
  /** `blocks.0.attn.weight`; empty for the root. */
  readonly path: string;
  /** The module whose field, or whose field's list, holds it. */
  readonly owner: object;
  /** The owner's field. */
  readonly field: string;
  /** What a decorator said about it. */
  readonly declared?: MergedField;
}

interface Found<K extends string, V extends object> {
  readonly kind: K;
  readonly value: V;
  /** Its first path. */
  readonly path: string;
  /** Every place at which it stands, the first path's first; more than one where it is tied. */
  readonly places: Place[];
}
export type ParameterEntry = Found<'parameter', Parameter>;
export type BufferEntry = Found<'buffer', Tensor>;
export type ModuleEntry = Found<'module', object>;
/** One thing in the tree. */
export type TreeEntry = ParameterEntry | BufferEntry | ModuleEntry;

interface Visit {
  readonly value: object;
  readonly place: Place;
  /** The path of a key on the way here that cannot stand in a path. */
  readonly badKey?: string;
}
/** What is being walked through: a module or a container, and how much had been found before it. */
interface Open extends Visit {
  readonly isModule: boolean;
  readonly foundBefore: number;
}

/**
 * The one walk over a parameter tree: everything reachable from `root` through own enumerable fields, in the order that
 * DESIGN names. Everything that lists parameters filters its result. Throws where something trainable would be left out.
 */
export function walk(root: object): TreeEntry[] {
  requireModule(root);
  return new Walk().run(root);
}

// A stack instead of recursion: chains of thousands of modules must not overflow.
class Walk {
  readonly #seen = new Map<object, TreeEntry>();
  readonly #hidden: Hidden[] = [];
  readonly #todo: (Visit | { readonly close: Open })[] = [];
  readonly #open: Open[] = [];
  readonly #opened = new Set<object>();
  // Containers with nothing in them, so that a configuration shared by a thousand modules is looked through once.
  readonly #barren = new Set<object>();
  #found = 0;

  run(root: object): TreeEntry[] {
    this.#todo.push({ value: root, place: { path: '', owner: root, field: '' } });
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) {
      if ('close' in next) this.#close(next.close);
      else this.#visit(next);
    }
    refuseHidden(this.#hidden, this.#seen);
    return [...this.#seen.values()];
  }

  #visit(visit: Visit): void {
    const { value } = visit;
    if (isTensor(value)) return this.#tensor(value, visit);
    const info = classInfo(Object.getPrototypeOf(value) as object | null);
    if (info.module !== undefined) return this.#module(visit, info);
    if (isContainer(value)) return this.#container(visit);
    refuseUnmarked(Object.getPrototypeOf(value) as object | null);
    this.#hidden.push({ ...visit, why: 'instance' });
  }

  /** A tensor that is neither parameter nor buffer is no part of the tree, as in PyTorch. */
  #tensor(value: object, visit: Visit): void {
    if (isParameter(value)) this.#record('parameter', visit);
    else if (isBuffer(value)) this.#record('buffer', visit);
  }

  /** Notes one more place of something; whether it is there for the first time. */
  #record(kind: TreeEntry['kind'], { value, place, badKey }: Visit): void {
    if (badKey !== undefined) throw errors.badKey(place, badKey);
    this.#found++;
    const known = this.#seen.get(value);
    if (known === undefined) this.#seen.set(value, { kind, value, path: place.path, places: [place] } as TreeEntry);
    else known.places.push(place);
  }

  #module(visit: Visit, info: ClassInfo): void {
    if (this.#opened.has(visit.value)) throw this.#cycle(visit);
    this.#record('module', visit);
    this.#enter(visit, true);
    const { value, place } = visit;
    const prefix = place.path === '' ? '' : `${place.path}.`;
    const at = (field: string, declared?: MergedField): Place => ({
      path: prefix + field,
      owner: value,
      field,
      declared,
    });
    this.#declared(value, info, at);
    this.#others(value, info, at);
  }

  #declared(self: object, info: ClassInfo, at: (field: string, declared: MergedField) => Place): void {
    const buffers: Visit[] = [];
    for (const [name, merged] of info.fields) {
      const { kind } = merged.declaration;
      if (kind === 'external') continue;
      const value = (self as Record<string, unknown>)[name];
      if (value === null) continue;
      const visit = { value: value as object, place: at(name, merged) };
      if (value === undefined) throw errors.declaredUndefined(visit.place);
      if (kind === 'parameter' ? !isParameter(value) : !isBuffer(value)) throw errors.declaredOther(visit.place, value);
      if (kind === 'parameter') this.#record(kind, visit);
      else buffers.push(visit);
    }
    for (const visit of buffers) this.#record('buffer', visit);
  }

  #others(self: object, info: ClassInfo, at: (field: string) => Place): void {
    const [buffers, rest]: [Visit[], Visit[]] = [[], []];
    for (const field of Object.keys(self)) {
      const value = (self as Record<string, unknown>)[field];
      if (typeof value !== 'object' || value === null || info.fields.has(field)) continue;
      const visit = this.#child(value, at(field), field);
      if (isParameter(value)) this.#record('parameter', visit);
      else (isBuffer(value) ? buffers : rest).push(visit);
    }
    for (const visit of buffers) this.#record('buffer', visit);
    this.#symbols(self);
    this.#later(rest);
  }

  #symbols(self: object): void {
    for (const symbol of Object.getOwnPropertySymbols(self)) {
      const property = Object.getOwnPropertyDescriptor(self, symbol)!;
      const value: unknown = property.value;
      if (!property.enumerable || typeof value !== 'object' || value === null) continue;
      const field = String(symbol);
      const path = this.#open.at(-1)!.place.path;
      this.#hidden.push({
        value,
        place: { path: path === '' ? field : `${path}.${field}`, owner: self, field },
        why: 'symbol',
      });
    }
  }

  #container(visit: Visit): void {
    const { value, place, badKey } = visit;
    if (this.#barren.has(value)) return;
    if (this.#opened.has(value)) return this.#again(visit);
    this.#enter(visit, false);
    const { owner, field } = place;
    const inside: Visit[] = [];
    for (const [key, item] of entriesOf(value)) {
      if (key === undefined) this.#hidden.push({ value: item, place, why: 'key' });
      else inside.push(this.#child(item, { path: `${place.path}.${key}`, owner, field }, key, badKey));
    }
    this.#later(inside);
  }

  #child(value: object, place: Place, key: string, badKey?: string): Visit {
    const bad = key === '' || key.includes('.') || key === '__proto__';
    return bad || badKey !== undefined ? { value, place, badKey: badKey ?? place.path } : { value, place };
  }

  /** A list that holds itself adds nothing, unless a module lies in between. */
  #again(visit: Visit): void {
    const since = this.#open.findIndex((open) => open.value === visit.value);
    if (this.#open.slice(since).some((open) => open.isModule)) throw this.#cycle(visit);
  }

  #cycle(visit: Visit): Error {
    const first = this.#open.find((open) => open.value === visit.value)!;
    return errors.cycle(visit.place, first.place.path);
  }

  #enter(visit: Visit, isModule: boolean): void {
    const { value, place, badKey } = visit; // by hand: V8 makes a hidden class for every { ...visit, isModule }
    const open: Open = { value, place, badKey, isModule, foundBefore: this.#found };
    this.#open.push(open);
    this.#opened.add(visit.value);
    this.#todo.push({ close: open });
  }

  #close(open: Open): void {
    this.#open.pop();
    this.#opened.delete(open.value);
    if (this.#found === open.foundBefore) this.#barren.add(open.value);
  }

  #later(visits: Visit[]): void {
    for (let i = visits.length - 1; i >= 0; i--) this.#todo.push(visits[i]);
  }
}
