// The rounds: in each, every column does a workload before the next workload begins, so that all meet the same machine.
import { compare } from './compare.mjs';
import { launch, launchMeasurement, measure, programOf } from './launch.mjs';
import { awaitQuiet } from './processor.mjs';
import { Results } from './results.mjs';
import { workloads as tinyWorkloads } from './workloads/tiny.mjs';

const [tiny] = tinyWorkloads;
/** The row that is no workload: from the start of a process to its first finished step of the tiny model. */
export const coldStart = { name: 'cold', title: 'cold start', peers: tiny.peers };
/** The column that it is seen beside: `node -e 0`. */
export const nodeAlone = { peer: { name: 'node' }, title: 'node alone' };

const reference = { peer: { name: 'decograd' }, threads: 1, title: "decograd's reference backend" };

/** Every workload has a program in Python, and programs in JavaScript for those peers that can do it. */
const takesPart = (workload, { peer }) => peer.name === 'torch' || workload.peers[programOf(peer)] !== undefined;

export class Rounds {
  results = new Results();
  #data;
  #columns;
  #options;
  /** By workload: whose values the others' must be, and these values. */
  #expected = new Map();

  constructor(data, columns, options) {
    this.#data = data;
    this.#columns = columns;
    this.#options = options;
  }

  /**
   * Compares every column's values with PyTorch's, or without it with those of decograd's reference backend.
   * @throws Error with both lists, where they differ. What does not run at all leaves its cell empty.
   */
  async compareValues(workload) {
    const torch = this.#columns.find(({ peer }) => peer.name === 'torch');
    const by = torch ?? reference;
    const { values } = await measure(by, workload.name, this.#data, torch ? [] : ['--device', 'reference']);
    this.#expected.set(workload, { by, values });
    for (const column of this.#columnsOf(workload)) {
      if (column === by) continue;
      const found = await this.#attempt(workload, column, () => measure(column, workload.name, this.#data, []));
      if (found) console.log(`${workload.name}: ${column.title} ${this.#agreement(workload, column, found.values)}`);
    }
  }

  /** Measures every column once, each when the machine is quiet. */
  async measure(workload) {
    for (const column of this.#columnsOf(workload)) await this.#measureColumn(workload, column);
  }

  async #measureColumn(workload, column) {
    const { seconds, wait } = this.#options;
    const state = await awaitQuiet(wait);
    const found = await this.#attempt(workload, column, () =>
      workload === coldStart ? this.#start(column) : measure(column, workload.name, this.#data, ['--seconds', seconds]),
    );
    if (!found) return;
    if (found.values) this.#agreement(workload, column, found.values);
    this.results.add(workload, column, { ...found, quiet: state.quiet });
    const others = found.foreign == null ? '' : `, others used ${Math.round(found.foreign * 100)} % of a processor`;
    console.log(`${workload.name}: ${column.title} ${found.min.toPrecision(4)} ms (${state.text}${others})`);
  }

  /** The kernels of the workloads that decograd's last column with one thread does; nothing where there is no such column. */
  async explain(workloads) {
    const column = this.#columns.findLast(({ peer, threads }) => programOf(peer) === 'decograd' && threads === 1);
    if (column) this.results.explained = column.title;
    for (const workload of column ? workloads : []) {
      await awaitQuiet(this.#options.wait);
      const found = await this.#attempt(workload, column, () =>
        measure(column, workload.name, this.#data, ['--explain']),
      );
      if (found) this.results.explanations.set(workload, found);
    }
  }

  async #start(column) {
    if (column === nodeAlone) return { min: (await launch(process.execPath, ['-e', '0'])).end };
    return { min: (await launchMeasurement(column, tiny.name, this.#data, ['--cold'])).firstLine };
  }

  #columnsOf(workload) {
    const columns = this.#columns.filter((c) => takesPart(workload, c) && this.results.has(workload, c));
    return workload === coldStart ? [nodeAlone, ...columns] : columns;
  }

  #agreement(workload, column, values) {
    const { by, values: expected } = this.#expected.get(workload);
    return `agrees with ${by.title} within ${compare(workload, column, values, by, expected).toExponential(1)}`;
  }

  /** What `action` gives, or undefined and an empty cell where it fails. */
  async #attempt(workload, column, action) {
    try {
      return await action();
    } catch (error) {
      this.results.drop(workload, column, error.message);
      console.log(`${workload.name}: ${column.title} fails: ${error.message}`);
      return undefined;
    }
  }
}
