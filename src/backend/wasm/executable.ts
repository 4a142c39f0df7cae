import type { Executable, Program, Step } from '../backend';
import { watched, type Watch } from '../watch';
import type { ComputeType } from '../../core/dtype';
import { IndexError } from '../../core/errors';
import type { Cell } from '../../graph/node';
import { productAxes, productSizes } from '../../kernels/products';
import { collapse } from '../../kernels/views';
import type { Engine } from './engine';
import type { RunsInMemory, Product } from './gemm';
import { joinsVectors } from './features';
import { isTouchedFirst, leftWay } from './gemm-reading';
import { inRuns } from './gemm-runs';
import { tileRowsFor } from './gemm-tiles';
import { faultAddress } from './indexing';
import { keyOf, offsets } from './offset-tables';
import type { SharedFunction } from './pool';
import { residence, type Block, type Residents } from './residents';
import { smallArray } from './small-arrays';
import { worthSharing } from './worth-sharing';
import { launchesOf, offsetsAlong, type FunctionLaunch, type GemmLaunch, type Operand, type Word } from './launch';

type Pointers = Float64Array;
/** One launch, ready to run: where the addresses of its operands are written, and what is called then. */
interface Runner {
  readonly operands: readonly (Operand | Word)[];
  /** What it is part of. */
  readonly step: Step;
  /** Asks for memory beyond the program's own, if it is not there yet. */
  prepare?(): void;
  run(args: number, addresses: Pointers): void;
}

/** A program whose kernels are compiled. */
export function executable(program: Program, engine: Engine): Executable {
  const launches = program.steps.flatMap((step) => launchesOf(step).map((launch) => ({ launch, step })));
  const functions = engine.compile(launches.flatMap(({ launch }) => (launch.kind === 'function' ? [launch] : [])));
  const overwriting = new Set(program.outputs.flatMap((o) => (o.overwrites === undefined ? [] : [o.buffer])));
  const runners = launches.map(({ launch, step }) => {
    if (launch.kind === 'gemm') return gemmRunner(launch, step, engine);
    const mayOverwrite = step.outputs.some((buffer) => overwriting.has(buffer));
    return functionRunner(launch, functions.get(launch.key)!, step, engine, mayOverwrite);
  });
  const products = runners.filter(({ prepare }) => prepare !== undefined);
  const places = Float64Array.from(program.buffers, ({ offset }) => offset);
  const addresses = new Float64Array(places.length);
  const args = argumentsOf(runners);
  return {
    overwrites: (output) => program.outputs[output].overwrites !== undefined && writesOver(engine),
    run(inputs, scalars, outputs, watch) {
      engine.residents.begin();
      if (products.length > 0) engine.gemm.tables.tidy();
      for (const runner of products) runner.prepare!();
      const arena = engine.arena(program.arenaBytes + 4 * args.count, program.steps);
      for (let i = 0; i < places.length; i++) addresses[i] = arena + places[i];
      bindInputs(program, inputs, addresses, engine);
      bindScalars(program, scalars, addresses, engine);
      const blocks = reserveOutputs(program, outputs, addresses, engine);
      try {
        writeArguments(args, arena + program.arenaBytes, addresses, engine);
        runAll(runners, arena + program.arenaBytes, addresses, watch);
      } catch (error) {
        giveBack(blocks, engine.residents);
        throw error;
      }
      settleOutputs(program, outputs, blocks, addresses, engine);
    },
  };
}

/**
 * Whether values are written over. The caller's thread does that alone, since others can die in the middle; with long vectors
 * memory is what takes it time, and it moves less of it than two threads that write elsewhere.
 */
const writesOver = ({ pool }: Engine): boolean => pool.threads <= (joinsVectors() ? 2 : 1);

/** The arguments of all launches, side by side: in which buffer each lies and how far, in bytes, or -1 and the number that it is. */
interface Arguments {
  readonly count: number;
  readonly buffers: Int32Array;
  readonly values: Float64Array;
}
function argumentsOf(runners: readonly Runner[]): Arguments {
  const operands = runners.flatMap((runner) => runner.operands);
  const buffers = Int32Array.from(operands, (operand) => ('word' in operand ? -1 : operand.buffer));
  const values = Float64Array.from(operands, (operand) => ('word' in operand ? operand.word : 4 * operand.offset));
  return { count: operands.length, buffers, values };
}

function writeArguments({ buffers, values }: Arguments, to: number, addresses: Pointers, { memory }: Engine): void {
  const { ints } = memory;
  const first = to >>> 2;
  for (let i = 0; i < buffers.length; i++)
    ints[first + i] = buffers[i] < 0 ? values[i] : addresses[buffers[i]] + values[i];
}

function runAll(runners: readonly Runner[], args: number, addresses: Pointers, watch: Watch | undefined): void {
  let at = args;
  for (const runner of runners) {
    const here = at;
    if (watch === undefined) runner.run(at, addresses);
    else watched(watch, runner.step, 'wasm', () => runner.run(here, addresses));
    at += 4 * runner.operands.length;
  }
}

function bindInputs(program: Program, inputs: readonly Cell[], addresses: Pointers, engine: Engine): void {
  for (let i = 0; i < inputs.length; i++) {
    const cell = inputs[i];
    const buffer = program.inputs[i];
    const { dtype } = program.buffers[buffer];
    if (cell.data !== null) considerKeeping(cell, dtype, engine);
    const value = cell.resident ? engine.residents.use(cell.resident) : cell.data!;
    if (typeof value === 'number') addresses[buffer] = value;
    else engine.residents.copyIn(value, dtype, addresses[buffer]);
  }
}

/** From which run on, and from which size, an input that comes back stays in the engine's memory. */
const keptFromRun = 3;
const worthKeeping = 16_384;

function considerKeeping(cell: Cell, dtype: ComputeType, { residents }: Engine): void {
  const size = cell.data!.length;
  if (size < worthKeeping) return;
  cell.runs = (cell.runs ?? 0) + 1;
  if (cell.runs >= keptFromRun) residents.adopt(cell, dtype, size);
}

function bindScalars(program: Program, scalars: readonly number[], addresses: Pointers, engine: Engine): void {
  const { floats, ints } = engine.memory;
  for (let i = 0; i < scalars.length; i++) {
    const buffer = program.scalars[i];
    const view = program.buffers[buffer].dtype === 'float32' ? floats : ints;
    view[addresses[buffer] / 4] = scalars[i];
  }
}

/** Memory of their own for values that will stay; null for the others. After a failure nothing has been taken. */
function reserveOutputs(
  program: Program,
  outputs: readonly Cell[],
  addresses: Pointers,
  { residents }: Engine,
): readonly (Block | null)[] {
  const blocks: (Block | null)[] = [];
  try {
    for (let i = 0; i < outputs.length; i++) {
      const { buffer, resident } = program.outputs[i];
      const { dtype, size } = program.buffers[buffer];
      const block = resident && size >= residence.smallest ? residents.room(outputs[i].resident, dtype, size) : null;
      if (block !== null) addresses[buffer] = block.address;
      blocks.push(block);
    }
  } catch (error) {
    giveBack(blocks, residents);
    throw error;
  }
  return blocks;
}

/** Takes back what no value has been given. */
function giveBack(blocks: readonly (Block | null)[], residents: Residents): void {
  for (const block of blocks) if (block?.holder === null) residents.give(block);
}

/** Hands all values out. */
function settleOutputs(
  program: Program,
  outputs: readonly Cell[],
  blocks: readonly (Block | null)[],
  addresses: Pointers,
  { residents }: Engine,
): void {
  for (let i = 0; i < outputs.length; i++) {
    const cell = outputs[i];
    const block = blocks[i];
    if (block !== null) {
      residents.settle(block, cell);
      cell.data = null;
      continue;
    }
    const { buffer } = program.outputs[i];
    const { dtype, size } = program.buffers[buffer];
    cell.data = residents.copyOut(addresses[buffer], dtype, size, cell.data ?? smallArray(dtype, size));
  }
}

function functionRunner(
  { operands, units, work, indexRange }: FunctionLaunch,
  fn: SharedFunction,
  step: Step,
  engine: Engine,
  mayOverwrite: boolean,
): Runner {
  const isShared = work >= worthSharing.instructions && units > 1;
  const run = (args: number): void =>
    isShared && !(mayOverwrite && writesOver(engine)) ? engine.pool.share(fn, args, units) : fn.call(args, 0, units, 0);
  if (indexRange === undefined) return { operands, step, run };
  const checked = (args: number): void => {
    run(args);
    checkIndices(step.name, indexRange, engine.memory.ints);
  };
  return { operands, step, run: checked };
}

/** @throws IndexError where a function has left word of an index that is out of range */
function checkIndices(name: string, range: number, ints: Int32Array): void {
  const [index, isWrong] = [faultAddress / 4, faultAddress / 4 + 1];
  if (ints[isWrong] === 0) return;
  ints[isWrong] = 0;
  throw new IndexError(`${name}: index ${ints[index]} is out of range; allowed are 0 to ${range - 1}`);
}

function gemmRunner({ kernel, output }: GemmLaunch, step: Step, engine: Engine): Runner {
  const [a, b] = kernel.inputs;
  const { m, n, k } = productSizes(kernel);
  const tileRows = tileRowsFor(m);
  const { batch, rows, columns, depth } = productAxes(kernel);
  const { gemm } = engine; // now: its memory is not to be asked for while something runs
  const paths = [rows, depth[0], columns, depth[1]].map(({ dims, strides }) => collapse(dims, strides));
  const [lefts, rights] = [offsetsAlong(batch[0], a.offset), offsetsAlong(batch[1], b.offset)];
  const isBatch = lefts.length > 1 && gemm.fitsOwn(n, k);
  const isLeftShared = lefts.every((left) => left === lefts[0]);
  const wayWhere = (columnsLie: boolean) => leftWay({ rows: paths[0], depth: paths[1] }, { m, n }, columnsLie);
  const mayLie = isBatch && kernel.triangle?.of !== 'result' && (isLeftShared || wayWhere(true) === wayWhere(false));
  const runs = mayLie ? inRuns(offsets(paths[2])) : null;
  const way = wayWhere(runs !== null);
  const touches = !isBatch && isTouchedFirst(paths[2], n, k);
  const whole = [0, 0, 0];
  const places = lefts.map((left, i) => [left, rights[i], i * m * n]);
  const walks = batch.map(({ dims, strides }) => keyOf(collapse(dims, strides)));
  const batchKey = ['batch', ...walks, a.offset, b.offset, m * n].join(' ');
  const [left, right] = [{ address: 0, lines: 0, steps: 0 }, { address: 0, lines: 0, steps: 0 }]; // prettier-ignore
  let [generation, list, inPlace] = [-1, 0, null as RunsInMemory | null];
  const prepare = (): void => {
    if (generation === gemm.tables.generation) return;
    generation = gemm.tables.generation;
    [left.lines, left.steps, right.lines, right.steps] = paths.map((path) => gemm.tables.address(path));
    if (isBatch) list = gemm.tables.table(batchKey, () => Int32Array.from(places.flat(), (at) => 4 * at));
    if (runs === null) return;
    const key = keyOf(paths[2]);
    right.lines = gemm.tables.table(`runs ${key}`, () => runs.lines);
    inPlace = { results: gemm.tables.table(`results ${key}`, () => runs.results), direct: runs.direct };
  };
  const all = { m, n, k, tileRows, leftWay: way, touches, triangle: kernel.triangle, a: left, b: right, c: 0 };
  /** The product whose factors and result are so many elements away from where their buffers begin; overwritten by the next. */
  const product = (addresses: Pointers, at: readonly number[]): Product => {
    left.address = addresses[a.buffer] + 4 * at[0];
    right.address = addresses[b.buffer] + 4 * at[1];
    all.c = addresses[output] + 4 * at[2];
    return all;
  };
  const run = (_: number, addresses: Pointers): void => {
    if (isBatch) gemm.runBatch(product(addresses, whole), { count: places.length, list, runs: inPlace, isLeftShared });
    else for (const at of places) gemm.run(product(addresses, at));
  };
  return { operands: [], step, prepare, run };
}
