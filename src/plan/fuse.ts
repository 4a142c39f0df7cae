import type { Step } from '../backend/backend';
import { substitute, type Expr } from '../expr/expr';
import type { Kernel, MapKernel, View } from '../kernels/kernels';
import { used } from '../kernels/parts';
import { clusterOfFold, clusterOfMap, isWhole, join, kernelOf, mayJoin, type Cluster } from './cluster';

/** What is run as one: steps that were joined, or one that stays as it is. */
interface Unit {
  readonly step: Step;
  /** The position of its last step in the list. */
  last: number;
  isJoined: boolean;
  cluster: Cluster | null;
  /** Buffers that it reads from others, and writes. */
  readonly reads: Set<number>;
  readonly writes: Set<number>;
  readonly names: Set<string>;
  /** Scratch of a search. */
  mark: number;
}

/** With how many earlier units a step is tried to be joined, and how many steps back they may be. */
const mostCandidates = 6;
const window = 64;

/**
 * Joins steps that walk over the same elements into one, so that what one computes and another reads stays in registers:
 * elementwise chains, what feeds a fold, and neighbours that read the same. `outputs` are the buffers that must be written.
 */
export function fuse(steps: readonly Step[], outputs: ReadonlySet<number>): Step[] {
  const fusion = new Fusion();
  for (const step of withConstants(steps)) fusion.add(step);
  return fusion.steps(outputs);
}

class Fusion {
  readonly #units = new Set<Unit>();
  /** Who writes a buffer, and which units read it, another element at each place. */
  readonly #writer = new Map<number, Unit>();
  readonly #readers = new Map<number, Set<Unit>>();
  readonly #stack: Unit[] = [];
  #at = 0;
  #marks = 0;

  add(step: Step): void {
    let unit = unitOf(step, this.#at++);
    this.#enter(unit);
    for (const candidate of unit.cluster ? this.#candidates(unit) : []) unit = this.#joined(candidate, unit) ?? unit;
  }

  #enter(unit: Unit): void {
    this.#units.add(unit);
    for (const buffer of unit.writes) this.#writer.set(buffer, unit);
    for (const view of (unit.cluster?.inputs ?? []).filter(isReadAlong))
      this.#readers.set(view.buffer, (this.#readers.get(view.buffer) ?? new Set()).add(unit));
  }
  #leave(unit: Unit): void {
    this.#units.delete(unit);
    for (const view of unit.cluster?.inputs ?? []) this.#readers.get(view.buffer)?.delete(unit);
  }

  /** Those whose values it reads, the latest first, then those that read what it reads. */
  #candidates(unit: Unit): Unit[] {
    const read = unit.cluster!.inputs.filter(isReadAlong).map((view) => view.buffer);
    const writers = read.flatMap((buffer) => this.#writer.get(buffer) ?? []);
    const readers = read.flatMap((buffer) => [...(this.#readers.get(buffer) ?? [])]);
    const near = (units: Unit[]) =>
      units
        .filter((u) => u !== unit && u.cluster !== null && u.last >= unit.last - window)
        .sort((a, b) => b.last - a.last);
    return [...new Set([...near(writers), ...near(readers)])].slice(0, mostCandidates);
  }

  /** The two units as one, or null where they do not fit or one must be done before the other begins. */
  #joined(candidate: Unit, unit: Unit): Unit | null {
    const isEarlier = !overlap(candidate.reads, unit.writes);
    const [earlier, later] = isEarlier ? [candidate, unit] : [unit, candidate];
    if (!mayJoin(earlier.cluster!, later.cluster!) || this.#waitsFor(later, earlier) || this.#reaches(earlier, later)) return null; // prettier-ignore
    const cluster = join(earlier.cluster!, later.cluster!);
    if (cluster === null) return null;
    this.#leave(candidate);
    this.#leave(unit);
    unit.cluster = cluster;
    unit.isJoined = true;
    for (const buffer of candidate.writes) unit.writes.add(buffer);
    for (const buffer of candidate.reads) unit.reads.add(buffer);
    for (const buffer of unit.writes) unit.reads.delete(buffer);
    for (const name of candidate.names) unit.names.add(name);
    this.#enter(unit);
    return unit;
  }

  /** Whether `later` needs something of `earlier` that is not there within the same walk. */
  #waitsFor(later: Unit, earlier: Unit): boolean {
    for (const buffer of later.reads) {
      const supplier = this.#writer.get(buffer);
      if (supplier !== earlier) continue;
      if (!earlier.cluster!.values.has(buffer) || !isReadWhole(later, buffer)) return true;
    }
    return this.#reaches(later, earlier, earlier);
  }

  /** Whether the unit is made of something that `source` writes, other than by reading it itself where it is `direct`. */
  #reaches(unit: Unit, source: Unit, direct?: Unit): boolean {
    const mark = ++this.#marks;
    const stack = this.#stack;
    stack.length = 0;
    stack.push(unit);
    for (let at = stack.pop(); at !== undefined; at = stack.pop())
      for (const buffer of at.reads) {
        const supplier = this.#writer.get(buffer);
        if (supplier === undefined || supplier.mark === mark || (at === unit && supplier === direct)) continue;
        if (supplier === source) return true;
        supplier.mark = mark;
        stack.push(supplier);
      }
    return false;
  }

  /** The units as steps, each after those that it reads from. */
  steps(outputs: ReadonlySet<number>): Step[] {
    const needed = new Set(outputs);
    for (const unit of this.#units) for (const buffer of unit.reads) needed.add(buffer);
    const done = new Set<Unit>();
    const order: Step[] = [];
    const stack = [...this.#units].sort((a, b) => b.last - a.last);
    while (stack.length > 0) {
      const unit = stack[stack.length - 1];
      const before = stack.length;
      if (!done.has(unit))
        for (const buffer of unit.reads) {
          const supplier = this.#writer.get(buffer);
          if (supplier && !done.has(supplier)) stack.push(supplier);
        }
      if (stack.length > before) continue;
      stack.pop();
      if (done.has(unit)) continue;
      done.add(unit);
      order.push(stepOf(unit, needed));
    }
    return order;
  }
}

/** Numbers that all read are no reason to do two things at once. */
const isReadAlong = ({ dims, strides }: View): boolean => dims.every((size, i) => size === 1 || strides[i] !== 0);

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const x of a) if (b.has(x)) return true;
  return false;
}

function isReadWhole(unit: Unit, buffer: number): boolean {
  return unit.cluster!.inputs.every((view) => view.buffer !== buffer || isWhole(view));
}

function unitOf(step: Step, at: number): Unit {
  const { kernel, outputs, name } = step;
  const reads = new Set(kernel.inputs.map((view) => view.buffer));
  return { last: at, isJoined: false, cluster: clusterOf(kernel, outputs[0]), step, reads, writes: new Set(outputs), names: new Set([name]), mark: 0 }; // prettier-ignore
}

function clusterOf(kernel: Kernel, output: number): Cluster | null {
  if (kernel.kind === 'map' && !kernel.dims.includes(0)) return clusterOfMap(kernel, output);
  return kernel.kind === 'reduce' ? clusterOfFold(kernel, output) : null;
}

/** A step that was joined with none stays as it was. */
function stepOf({ cluster, step, names, isJoined }: Unit, needed: ReadonlySet<number>): Step {
  if (cluster === null || !isJoined) return step;
  return { ...kernelOf(cluster, (buffer) => needed.has(buffer)), name: [...names].join(', ') };
}

/** Puts what a fill writes into the expressions that read it. */
function withConstants(steps: readonly Step[]): Step[] {
  const fills = new Map<number, Expr>();
  return steps.map((step) => {
    if (step.kernel.kind !== 'map') return step;
    const kernel = filledIn(step.kernel, fills);
    if (kernel.expr.op === 'const') fills.set(step.outputs[0], kernel.expr);
    return { ...step, kernel };
  });
}

function filledIn(kernel: MapKernel, fills: ReadonlyMap<number, Expr>): MapKernel {
  if (!kernel.inputs.some((view) => fills.has(view.buffer))) return kernel;
  const value = (view: View): Expr | undefined => fills.get(view.buffer);
  const expr = substitute(kernel.expr, (e) => (e.op === 'input' ? value(kernel.inputs[e.value]) : undefined));
  return { ...kernel, ...used(kernel.inputs, expr) };
}
