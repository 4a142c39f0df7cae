// What was measured, by workload and column, and what is to be told beside it.

/** A measurement during which others used more than this share of a processor is called disturbed. */
const disturbance = 0.1;

export class Results {
  #rounds = new Map();
  #missing = new Map();
  /** Why columns and cells are missing, one line each. */
  notes = [];
  /** What `explain` says, by workload. */
  explanations = new Map();
  /** The title of the column that this is about. */
  explained = '';
  measured = 0;
  disturbed = 0;
  unquiet = 0;

  add(workload, column, measurement) {
    const key = this.#key(workload, column);
    this.#rounds.set(key, [...(this.#rounds.get(key) ?? []), measurement]);
    this.measured++;
    if (measurement.quiet === false) this.unquiet++;
    if (measurement.foreign > disturbance) this.disturbed++;
  }

  /** The cell stays empty: what was measured of it is dropped. */
  drop(workload, column, reason) {
    this.#rounds.delete(this.#key(workload, column));
    this.#missing.set(this.#key(workload, column), reason);
    this.notes.push(`${workload.title}, ${column.title}: ${reason}`);
  }

  has(workload, column) {
    return !this.#missing.has(this.#key(workload, column));
  }

  /** Milliseconds of a step, one for each round. */
  times(workload, column) {
    return this.#rounds.get(this.#key(workload, column))?.map(({ min }) => min);
  }

  /** The largest of the rounds' peaks, in MB. */
  memory(workload, column) {
    const rounds = this.#rounds.get(this.#key(workload, column));
    return rounds && Math.max(...rounds.map(({ memory }) => memory));
  }

  #key = (workload, column) => `${workload.name} ${column.title}`;
}
