import type { TypedArray } from '../../core/dtype';
import type { Cell } from '../../graph/node';
import type { Backend, Executable, Program } from '../backend';
import type { Device } from './modes/device';
import type { Slot } from './held';
import { fromDevice } from './storage';

/** A run that ended well: what it was given, from where or as numbers, and where its results went. */
export interface Run {
  readonly program: Program;
  readonly inputs: readonly (Slot | TypedArray)[];
  readonly scalars: readonly number[];
  readonly results: readonly Slot[];
}
/** A value that came from JavaScript to stay. */
interface Gift {
  readonly slot: Slot;
  readonly data: TypedArray;
}

/** A value that stands again under another one's place, since what was to replace it could not be computed. */
interface Return {
  readonly slot: Slot;
  readonly from: Slot;
}
type Entry = Run | Gift | Return;

/** After so many entries, bytes or milliseconds the values are copied and what led to them is forgotten. */
const most = { entries: 1000, bytes: 2 ** 28, milliseconds: 30_000 };

/**
 * What would be needed if the device were lost: copies of the values that stay there, taken now and then, and what has been
 * computed since. From these, another backend computes every value as it was after the last run.
 */
export class Journal {
  /** The places of values that somebody holds. */
  readonly live = new Set<Slot>();
  #copies = new Map<Slot, TypedArray>();
  #entries: Entry[] = [];
  #bytes = 0;
  #copied = performance.now();
  #isCopying = false;
  #rescued: Map<Slot, TypedArray> | null = null;
  readonly #compiled = new Map<Program, Executable>();

  /** @param elsewhere computes what the device has lost */
  constructor(
    private readonly device: Device,
    private readonly elsewhere: Backend,
  ) {}

  note(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#rescued) this.#repeat(entry, this.#rescued);
    this.#bytes += bytesOf(entry);
    if (!this.#isCopying && this.#isDue()) void this.#copy();
  }

  #isDue(): boolean {
    const { entries, bytes, milliseconds } = most;
    if (this.#entries.length >= entries || this.#bytes >= bytes) return true;
    return performance.now() - this.#copied >= milliseconds;
  }

  /** The commands are given now, between two runs; later ones do not change what they read. */
  async #copy(): Promise<void> {
    this.#isCopying = true;
    const count = this.#entries.length;
    const bytes = this.#bytes;
    const slots = [...this.live].filter((slot) => slot.block !== null);
    try {
      const values = await Promise.all(slots.map(async (slot) => this.device.download(slot.block!)));
      this.#copies = new Map(slots.map((slot, i) => [slot, fromDevice(slot.dtype, values[i])]));
      this.#entries.splice(0, count);
      this.#bytes -= bytes;
      this.#copied = performance.now();
    } catch {
      // the device is lost: the older copies and the longer list do
    }
    this.#isCopying = false;
  }

  /** The value as it was after the last run; undefined where what it came from is gone. */
  rescued(slot: Slot): TypedArray | undefined {
    this.#rescued ??= this.#again();
    return this.#rescued.get(slot);
  }

  #again(): Map<Slot, TypedArray> {
    const values = new Map(this.#copies);
    for (const entry of this.#needed()) this.#repeat(entry, values);
    return values;
  }

  #repeat(entry: Entry, values: Map<Slot, TypedArray>): void {
    if ('program' in entry) return runAgain(entry, values, this.#executableOf(entry.program));
    const data = 'data' in entry ? entry.data : values.get(entry.from);
    if (data) values.set(entry.slot, data);
  }

  #executableOf(program: Program): Executable {
    let executable = this.#compiled.get(program);
    if (!executable) {
      const outputs = program.outputs.map(({ buffer }) => ({ buffer, resident: false }));
      this.#compiled.set(program, (executable = this.elsewhere.compile({ ...program, outputs })));
    }
    return executable;
  }

  /** What leads to values that somebody holds, in its order. */
  #needed(): Entry[] {
    const wanted = new Set(this.live);
    const needed: Entry[] = [];
    for (const entry of [...this.#entries].reverse()) {
      if (!resultsOf(entry).some((slot) => wanted.has(slot))) continue;
      needed.push(entry);
      for (const from of sourcesOf(entry)) if (!ArrayBuffer.isView(from)) wanted.add(from);
    }
    return needed.reverse();
  }
}

const resultsOf = (entry: Entry): readonly Slot[] => ('program' in entry ? entry.results : [entry.slot]);

/** Where an entry's values come from: from other places, or as numbers. */
function sourcesOf(entry: Entry): readonly (Slot | TypedArray)[] {
  if ('program' in entry) return entry.inputs;
  return ['data' in entry ? entry.data : entry.from];
}

function bytesOf(entry: Entry): number {
  const arrays = sourcesOf(entry).filter((from) => ArrayBuffer.isView(from));
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

function runAgain({ inputs, scalars, results }: Run, values: Map<Slot, TypedArray>, executable: Executable): void {
  const given = inputs.map((from) => (ArrayBuffer.isView(from) ? from : values.get(from)));
  if (!given.every((data) => data !== undefined)) return; // nobody held it when the copies were taken
  const outputs = results.map((): Cell => ({ data: null, resident: null }));
  try {
    executable.run(given.map((data) => ({ data, resident: null })), scalars, outputs); // prettier-ignore
  } catch {
    return; // an index out of range, which a GPU makes NaN of: this value is gone, others are not
  }
  results.forEach((slot, i) => values.set(slot, outputs[i].data!));
}
