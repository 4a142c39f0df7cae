import type * as Library from 'decograd';
import type { Tensor } from 'decograd';
import { expect } from 'vitest';
import * as eager from './eager';
import { gradients, Value, walked, withoutGradients, type Leaf } from './eager';
import { Entry, Ledger, type Box } from './ledger';
import { binaryNames, operation, unaryNames } from './operations';
import { Random } from './random';

/** What a program left: the values that were read, in order, and how often the library refused. */
export interface Outcome {
  readonly reads: (readonly number[] | null)[];
  refused: number;
}
interface Settings {
  readonly library: typeof Library;
  /** The largest difference let through, relative to the largest element. */
  readonly tolerance: number;
  /** Evaluates at odd moments. */
  readonly force?: Random;
}
interface LeafTensor extends Leaf {
  readonly tensor: Tensor;
  tracks: boolean;
}
type Parameter = Box & LeafTensor;
interface PendingRead {
  readonly entry: Entry;
  readonly promise: Promise<ArrayLike<number> | Error>;
  readonly must: boolean;
}
class Deliberate extends Error {}

/** A random program on the library and on the oracle, side by side. */
export class Program {
  readonly outcome: Outcome = { reads: [], refused: 0 };
  private readonly random: Random;
  private readonly ledger = new Ledger();
  private readonly boxes: Parameter[];
  private readonly pool: Entry[] = [];
  private readonly leaves = new Map<Value, LeafTensor>();
  private reading: PendingRead[] = [];
  private depth = 0;
  private doomed = false;
  private readonly block: { forward(fn: () => unknown): unknown };

  constructor(
    seed: number,
    private readonly settings: Settings,
  ) {
    const d = settings.library;
    this.random = new Random(seed);
    this.boxes = [[2, 3], [3, 2], [3]].map((dims) => this.makeBox(dims, true));
    this.boxes.push(this.makeBox([3], false));
    for (const dims of [[2, 3], [3], [3, 3], [], [4]]) this.pool.push(this.makeData(dims));
    const Block = d.module(
      class Block extends d.Module {
        forward(fn: () => unknown): unknown {
          return fn();
        }
      },
    );
    this.block = new Block();
  }

  private makeValue(dims: readonly number[]): Value {
    return new Value(this.random.numbers(dims.reduce((a, b) => a * b, 1)), dims);
  }
  private toLibrary(value: Value, requiresGrad = false): Tensor {
    return this.settings.library.tensor(value.data, { shape: value.dims, dtype: 'float32', requiresGrad });
  }
  private makeBox(dims: readonly number[], trains: boolean): Parameter {
    const d = this.settings.library;
    const value = this.makeValue(dims);
    const first = this.toLibrary(value);
    const tensor = (trains ? new d.Parameter(first) : new d.Buffer(first)) as Tensor;
    const entry = new Entry(value, tensor, [], []);
    const box: Parameter = { tensor, current: entry, committed: entry, grad: null, tracks: trains };
    [entry.box, value.requiresGrad, value.leaf] = [box, trains, trains ? box : null];
    this.ledger.entries.set(value, entry);
    if (trains) this.leaves.set(value, box);
    return box;
  }
  /** A leaf that a caller gives as data, and whose array he goes on to use for something else. */
  private makeData(dims: readonly number[]): Entry {
    const value = this.makeValue(dims);
    const requiresGrad = this.random.chance(0.3);
    const buffer = Float32Array.from(value.data);
    const tensor = this.settings.library.tensor(buffer, { shape: dims, requiresGrad });
    buffer.fill(NaN);
    return this.asLeaf(new Entry(value, tensor, [], []), requiresGrad, true);
  }
  private asLeaf(entry: Entry, requiresGrad: boolean, given: boolean): Entry {
    if (requiresGrad) {
      const leaf: LeafTensor = { tensor: entry.tensor!, grad: null, tracks: true };
      [entry.value.leaf, entry.value.requiresGrad] = [leaf, true];
      this.leaves.set(entry.value, leaf);
    }
    return given ? this.ledger.given(entry) : entry;
  }

  /** An operand: of the pool, or a parameter as it is now. */
  private operand(): Entry {
    if (this.random.chance(0.3)) return this.random.pick(this.boxes).current;
    return this.pool[Math.floor(this.pool.length * Math.sqrt(this.random.next()))];
  }
  private tensorOf(entry: Entry): Tensor | null {
    const box = entry.box as Parameter | null;
    return box === null ? entry.tensor : box.current === entry ? box.tensor : null;
  }

  /** Runs what the library may refuse only where `may` says so; whether it did it. */
  private attempt(may: boolean, fn: () => void): boolean {
    try {
      fn();
      return true;
    } catch (error) {
      if (!(error instanceof this.settings.library.StaleError)) throw error;
      expect(may, `refused what can be computed: ${error.message}`).toBe(true);
      this.outcome.refused++;
      return false;
    }
  }
  /** An evaluation: it fails where something doomed waits. */
  private evaluation(fn: () => void, roots: readonly Entry[] = []): boolean {
    if (!this.doomed) {
      fn();
      this.ledger.evaluated(roots);
      return true;
    }
    expect(fn).toThrow(this.settings.library.IndexError);
    this.ledger.failed();
    this.doomed = false;
    return false;
  }
  private flush(): void {
    this.evaluation(() => void this.settings.library.noGrad(() => null));
  }

  private compute(): Entry | null {
    const inputs = [this.operand(), this.operand()];
    const name = this.random.pick(this.random.chance(0.5) ? binaryNames : unaryNames);
    const used = inputs.slice(0, binaryNames.includes(name) ? 2 : 1);
    return this.apply(name, used);
  }
  private apply(name: string, inputs: readonly Entry[]): Entry | null {
    const made = operation(name, this.random, inputs.map((x) => x.value)); // prettier-ignore
    if (made === null) return null;
    const arity = made.name === 'tanh' ? 1 : inputs.length;
    const [read, tensors] = [inputs.slice(0, arity), inputs.slice(0, arity).map((x) => this.tensorOf(x))];
    const value = made.eager(read.map((x) => x.value));
    let tensor: Tensor | null = null;
    const mayRefuse = !read.every((x) => this.ledger.isComputable(x));
    if (!tensors.includes(null))
      this.attempt(mayRefuse, () => (tensor = made.lib(tensors as Tensor[])));
    if (tensor === null) return null;
    const flows = read.map((x) => value.tracked.includes(x.value));
    const entry = new Entry(value, tensor, read, [], made.isView);
    if (value.requiresGrad)
      (entry.needs as Entry[]).push(...(made.needs?.(flows) ?? []).map((i) => (i < 0 ? entry : read[i])));
    (globalThis as any).LOG?.(made.name, read.map((x) => this.idOf(x)), '->', this.idOf(entry), 'depth', this.depth);
    expect((tensor as Tensor).requiresGrad, made.name).toBe(value.requiresGrad);
    this.pool.push(this.ledger.record(entry));
    return entry;
  }

  private ids = new Map<Entry, string>();
  private idOf(e: Entry): string {
    if (!this.ids.has(e)) this.ids.set(e, `${e.box ? 'B' + this.boxes.indexOf(e.box as never) + '_' : 'e'}${this.ids.size}`);
    return this.ids.get(e)!;
  }
  private detach(): void {
    const entry = this.operand();
    const tensor = this.tensorOf(entry);
    if (tensor === null) return;
    let made: Tensor | null = null;
    this.attempt(!this.ledger.isComputable(entry), () => (made = tensor.detach()));
    if (made === null) return;
    const copy = this.ledger.record(new Entry(eager.detach(entry.value), made, [entry], []));
    if (this.random.chance(0.3)) {
      (made as Tensor).requiresGrad = true;
      this.asLeaf(copy, true, false).kept = true;
    }
    this.pool.push(copy);
  }

  private keep(): void {
    const entry = this.operand();
    const tensor = this.tensorOf(entry);
    if (tensor !== null && this.attempt(!this.ledger.isComputable(entry), () => tensor.keep())) this.ledger.keep(entry);
  }

  private check(entry: Entry, got: ArrayLike<number>): void {
    const want = entry.value.data;
    const size = 1 + want.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const wrong = want.findIndex((v, i) => !(Math.abs(v - got[i]) <= this.settings.tolerance * size));
    if (wrong >= 0 || got.length !== want.length)
      expect.fail(`wrong value at ${wrong}: ${got[wrong]}, should be ${want[wrong]}`);
    this.outcome.reads.push(Array.from(got));
  }
  private readNow(entry: Entry): void {
    const tensor = this.tensorOf(entry);
    if (tensor === null) return;
    let got: ArrayLike<number> | null = null;
    const may = !this.ledger.isComputable(entry);
    if (this.doomed) this.flush();
    this.attempt(may, () => (got = tensor.dataSync()));
    if (got === null) this.outcome.reads.push(null);
    else this.check(entry, got);
    if (got !== null) this.ledger.evaluated([entry]);
    this.flush();
  }
  private readLater(entry: Entry): void {
    const tensor = this.tensorOf(entry);
    if (tensor === null) return;
    const must = this.ledger.isComputable(entry);
    const promise = tensor.data().catch((error: Error) => error);
    if (must) this.ledger.keep(entry);
    this.reading.push({ entry, promise, must });
  }
  /** Lets the reads under way happen. */
  private async tick(): Promise<void> {
    if (this.doomed) this.flush();
    const { reading } = this;
    this.reading = [];
    const results = await Promise.all(reading.map(({ promise }) => promise));
    this.flush();
    results.forEach((got, i) => {
      const { entry, must } = reading[i];
      if (must) this.ledger.unpin(entry);
      if (!(got instanceof Error)) return this.check(entry, got);
      if (must || !(got instanceof this.settings.library.StaleError)) throw got;
      this.outcome.reads.push(null);
      this.outcome.refused++;
    });
  }

  private backward(): void {
    const root = this.scalar();
    if (root === null) return;
    const retainGraph = this.random.chance(0.3);
    const walk = () => root.tensor!.backward(undefined, { retainGraph });
    const path = walked(root.value);
    if (path.some((x) => x.released)) return void expect(walk).toThrow('walked before');
    const inner = retainGraph ? [] : path.filter((x) => x.leaf === null);
    if (!this.walk(root, inner, walk)) return;
    const found = gradients(root.value, false);
    for (const x of path) if (x.leaf !== null) this.accumulate(this.leaves.get(x)!, found.get(x));
  }
  /** Walks back from the root with an evaluation, after which these are released; whether it could be done. */
  private walk(root: Entry, inner: readonly Value[], fn: () => void): boolean {
    const may = !this.ledger.isWalkable(root.value);
    let done = false;
    for (const x of inner) x.released = true;
    this.attempt(may, () => (done = this.evaluation(fn, [root])));
    if (!done) for (const x of inner) x.released = false;
    return done;
  }
  private accumulate(leaf: LeafTensor, gradient: Value | undefined): void {
    if (gradient === undefined || !leaf.tracks) return;
    const { grad } = leaf;
    leaf.grad = withoutGradients(() => (grad ? eager.add(grad, gradient) : eager.detach(gradient)));
  }
  /** Something to walk back from: a sum that gradients flow through. */
  private scalar(): Entry | null {
    const candidates = this.pool.filter((e) => e.value.requiresGrad && e.value.leaf === null && e.tensor !== null);
    if (candidates.length === 0) return null;
    const entry = this.random.pick(candidates.slice(-8));
    return this.total(entry);
  }
  private total(entry: Entry): Entry | null {
    let sum: Entry | null = entry;
    while (sum !== null && sum.value.size > 1) sum = this.apply('sum', [sum]);
    return sum;
  }

  private grad(): void {
    const root = this.scalar();
    if (root === null) return;
    const path = walked(root.value);
    const wanted = this.wanted(path);
    if (wanted.length === 0) return;
    const createGraph = this.random.chance(0.5);
    let results: Tensor[] = [];
    const run = () => void (results = this.settings.library.grad(root.tensor!, wanted.map((w) => w.tensor), { createGraph })); // prettier-ignore
    if (path.some((x) => x.released)) return void expect(run).toThrow('walked before');
    const may = !this.ledger.isWalkable(root.value);
    const walk = () => (createGraph ? this.attempt(may, run) : this.walk(root, leadingTo(wanted, path), run));
    if (!walk()) return;
    if (createGraph) root.kept = true;
    this.takeGradients(root, path, wanted, results, createGraph);
  }
  private wanted(path: readonly Value[]): { tensor: Tensor; values: Value[] }[] {
    const leaves = [...new Set(path.flatMap((x) => this.leaves.get(x) ?? []))].filter((leaf) => leaf.tracks);
    const chosen = leaves.filter(() => this.random.chance(0.6)).map((leaf) => ({ tensor: leaf.tensor, values: path.filter((x) => this.leaves.get(x) === leaf) })); // prettier-ignore
    const inner = path.filter((x) => x.leaf === null).flatMap((x) => this.ledger.entries.get(x) ?? []);
    if (inner.length > 0 && this.random.chance(0.3)) {
      const entry = this.random.pick(inner);
      if (entry.tensor !== null) chosen.push({ tensor: entry.tensor, values: [entry.value] });
    }
    return chosen;
  }
  private takeGradients(
    root: Entry,
    path: readonly Value[],
    wanted: readonly { values: Value[] }[],
    results: readonly Tensor[],
    createGraph: boolean,
  ): void {
    const found = gradients(root.value, createGraph);
    const origins = path.flatMap((x) => this.ledger.entries.get(x) ?? []).flatMap((e) => [e, ...e.inputs]);
    wanted.forEach(({ values }, i) => {
      const parts = values.flatMap((x) => found.get(x) ?? []);
      const combine = () => parts.reduce((a, b) => eager.add(a, b));
      const value = createGraph ? eager.reshape(combine(), values[0].dims) : withoutGradients(() => eager.detach(combine()));
      const entry = new Entry(value, results[i], createGraph ? origins : [], []);
      this.pool.push(createGraph ? this.ledger.record(entry) : this.ledger.given(entry));
    });
  }

  private assign(): void {
    const box = this.random.pick(this.boxes);
    const fitting = this.pool.filter((e) => e.value.dims.join() === box.current.value.dims.join() && e.tensor !== null);
    if (fitting.length === 0) return;
    const entry = this.random.pick(fitting);
    if (this.attempt(!this.ledger.isComputable(entry), () => box.tensor.assign(entry.tensor!)))
      this.ledger.assign(box, this.version(box, entry.value.data, [entry]));
  }
  private version(box: Parameter, data: Float64Array, inputs: readonly Entry[]): Entry {
    const value = new Value(data, box.current.value.dims);
    [value.leaf, value.requiresGrad] = [box.current.value.leaf, box.current.value.requiresGrad];
    if (this.leaves.has(box.current.value)) this.leaves.set(value, box);
    return new Entry(value, box.tensor, inputs, []);
  }
  /** A step of descent on all parameters that have gradients, together. */
  private step(): void {
    const moving = this.boxes.filter((box) => box.grad !== null);
    const lr = this.random.pick([0.5, 0.1, 0.01]);
    const rates = moving.map((box) => lr / (1 + box.grad!.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0)));
    const next = moving.map((box, i) => box.current.value.data.map((v, k) => v - rates[i] * box.grad!.data[k]));
    const d = this.settings.library;
    const run = () => d.noGrad(() => d.commit(moving.map((box, i) => [box.tensor, box.tensor.sub(box.tensor.grad!.mul(rates[i]))]))); // prettier-ignore
    if (this.doomed) return void this.evaluation(run);
    run();
    moving.forEach((box, i) => this.ledger.assign(box, this.version(box, next[i], [box.current])));
    this.ledger.evaluated();
  }

  private checkGradients(): void {
    for (const leaf of this.leaves.values()) {
      const { grad } = leaf.tensor;
      expect(grad === null).toBe(leaf.grad === null);
      if (leaf.grad !== null) this.readNow(this.ledger.given(new Entry(leaf.grad, grad, [], [])));
    }
  }
  private changeGradients(): void {
    const leaves = [...new Set(this.leaves.values())].filter((leaf) => leaf.grad !== null);
    if (leaves.length === 0) return;
    const leaf = this.random.pick(leaves);
    if (this.random.chance(0.5)) return void (leaf.grad = leaf.tensor.grad = null);
    leaf.tensor.grad = this.settings.library.noGrad(() => leaf.tensor.grad!.mul(0.5));
    leaf.grad = withoutGradients(() => eager.scale(leaf.grad!, 0.5));
    if (this.depth === 0) this.flush();
  }
  private freeze(): void {
    const box = this.random.pick(this.boxes.slice(0, 3));
    const flag = !box.tracks;
    box.tensor.requiresGrad = box.tracks = box.current.value.requiresGrad = flag;
  }

  /** A few actions inside a forward or noGrad block, which may throw in the end. */
  private inside(kind: 'forward' | 'noGrad'): void {
    const before = this.ledger.waiting;
    const throws = this.random.chance(0.25);
    const outermost = this.depth === 0;
    let output: Entry | null = null;
    const body = () => {
      for (let i = 0; i < 4; i++) output = this.random.chance(0.75) ? (this.compute() ?? output) : (this.inner(), output);
      if (throws) throw new Deliberate();
      return output === null ? null : output.tensor;
    };
    const run = () => (kind === 'forward' ? this.block.forward(body) : this.settings.library.noGrad(body));
    const both = () => (kind === 'noGrad' ? withoutGradients(run) : run());
    this.depth++;
    try {
      both();
    } catch (error) {
      if (!(error instanceof Deliberate)) throw error;
      if (kind === 'forward' && outermost) this.ledger.dropped(before);
      return;
    } finally {
      this.depth--;
    }
    if (!outermost) return;
    const result = output as Entry | null;
    if (kind === 'forward' && result !== null) result.kept = true;
    if (kind === 'noGrad' || result === null || !result.value.requiresGrad) this.ledger.evaluated();
  }
  private inner(): void {
    this.random.pick([
      () => this.assign(),
      () => this.keep(),
      () => this.readLater(this.operand()),
      () => this.readNow(this.operand()),
      () => this.inside(this.random.pick(['forward', 'noGrad'] as const)),
    ])();
  }

  /** Something that can only be found wrong when it is computed. */
  private doom(): void {
    const d = this.settings.library;
    const index = this.toLibrary(new Value(Float64Array.of(1), [1])).mul(9).int();
    d.tensor([1, 2, 3]).indexSelect(0, index);
    this.doomed = true;
  }
  private force(): void {
    const { force, library } = this.settings;
    if (force === undefined || this.doomed || !force.chance(0.15)) return;
    library.noGrad(() => null);
    this.ledger.evaluated();
  }

  /** Runs so many random actions, then reads everything. */
  async run(actions: number): Promise<Outcome> {
    for (let i = 0; i < actions; i++) {
      this.force();
      await this.action();
    }
    await this.tick();
    for (const entry of [...this.pool, ...this.boxes.map((box) => box.current)]) this.readNow(entry);
    this.checkGradients();
    return this.outcome;
  }
  private async action(): Promise<void> {
    const dice = this.random.next();
    (globalThis as any).LOG?.('-- action', dice);
    if (dice < 0.5) this.compute();
    else if (dice < 0.58) this.backward();
    else if (dice < 0.62) this.grad();
    else if (dice < 0.68) this.step();
    else if (dice < 0.72) this.assign();
    else if (dice < 0.76) this.inside('forward');
    else if (dice < 0.79) this.inside('noGrad');
    else if (dice < 0.82) this.detach();
    else if (dice < 0.85) this.keep();
    else if (dice < 0.88) this.readNow(this.operand());
    else if (dice < 0.92) this.readLater(this.operand());
    else if (dice < 0.95) this.changeGradients();
    else if (dice < 0.965) this.freeze();
    else if (dice < 0.97) this.doom();
    else if (dice < 0.98) this.checkGradients();
    else await this.tick();
  }
}

/** The inner values of the path that lead to what is wanted: those that are walked. */
function leadingTo(wanted: readonly { values: readonly Value[] }[], path: readonly Value[]): Value[] {
  const leads = new Set(wanted.flatMap(({ values }) => values));
  for (const x of path) if (x.leaf === null && x.tracked.some((input) => leads.has(input))) leads.add(x);
  return path.filter((x) => x.leaf === null && leads.has(x));
}
