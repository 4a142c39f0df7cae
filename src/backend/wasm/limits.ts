import { fma, input } from '../../expr/build';
import { loopOfMap } from '../../kernels/loops';
import { contiguous } from '../../kernels/views';
import type { MachineLimits } from '../watch';
import type { Engine } from './engine';
import { hasMultiplyAdd, joinsVectors } from './features';
import type { FunctionBuilder } from './function-builder';
import { loopFunction, loopUnits } from './loop';
import { beginCall } from './loops';
import type { SharedFunction } from './pool';

/** Registers of sums that go on independently: enough to keep every unit for arithmetic busy, and few enough to stay there. */
const sums = 12;
const vectorsOfRegister = () => (joinsVectors() ? 2 : 1);
/** Turns of the arithmetic loop in a unit, and units: some 0.3 ms. */
const [turns, units] = [2000, 64];
/** Bytes gone through: within the caches of a core, within those of the chip, beyond them. */
const sizes = [2 ** 15, 2 ** 19, 2 ** 22, 2 ** 26];
/** Bytes moved in each measurement. */
const moved = 2 ** 26;

/** By the number of threads. */
const known = new Map<number, MachineLimits>();

/** What the machine reaches with the threads that there are: multiply-adds in registers, and y = xa + y in memory. */
export function machineLimits(engine: Engine): MachineLimits {
  const { threads } = engine.pool;
  let limits = known.get(threads);
  if (limits === undefined) known.set(threads, (limits = measured(engine)));
  return limits;
}

function measured(engine: Engine): MachineLimits {
  const call = beginCall(0);
  arithmetic(call.f, call.from, call.to);
  const fn = compiled(engine, 'limit of arithmetic', () => call.f);
  const seconds = best(() => engine.pool.share(fn, 0, units), patience.arithmetic);
  const operations = (4 * vectorsOfRegister() * sums * turns * units) / seconds;
  return { operations, bandwidth: sizes.map((bytes) => ({ bytes, perSecond: bandwidth(engine, bytes) })) };
}

function arithmetic(f: FunctionBuilder, from: number, to: number): void {
  const factor = f.local('v128');
  f.v128(new Float32Array(4).fill(0.5)).set(factor);
  const parts = Array.from({ length: vectorsOfRegister() }, () => Array.from({ length: sums }, () => f.local('v128')));
  const left = f.local('i32');
  f.get(to).get(from).op('i32.sub').i32(turns).op('i32.mul').set(left);
  f.countDown(left, () => {
    for (const total of parts.flat())
      if (hasMultiplyAdd()) f.get(total).get(factor).get(factor).op('f32x4.relaxed_madd').set(total);
      else f.get(total).get(factor).op('f32x4.mul').get(factor).op('f32x4.add').set(total);
  });
  // what nobody reads would not be computed; that place belongs to nobody
  const ends = parts.map((totals) =>
    totals.reduce((last, total) => (f.get(total).get(last).op('f32x4.add').set(last), last)),
  );
  ends.forEach((end, i) =>
    f
      .i32(32)
      .get(end)
      .memory('v128.store', 16 * i),
  );
}

function bandwidth(engine: Engine, bytes: number): number {
  const { memory, pool } = engine;
  const size = bytes / 8; // two operands of four bytes
  const views = [1, 0].map((buffer) => contiguous(buffer, 'float32', [size]));
  const [x, y] = [input(0, 'float32'), input(1, 'float32')];
  const loop = loopOfMap({ kind: 'map', dims: [size], inputs: views, expr: fma(x, 0.5, y) });
  const fn = compiled(engine, `limit of bandwidth ${bytes}`, () => loopFunction(loop));
  const block = memory.allocate(bytes + 64, 'the measurement of bandwidth');
  try {
    const args = block + bytes;
    memory.floats.fill(0, block / 4, args / 4);
    memory.ints.set([block, block + bytes / 2, block], args / 4);
    const times = Math.max(1, moved / bytes);
    const run = (): void => {
      for (let i = 0; i < times; i++)
        if (bytes > 2 ** 18) pool.share(fn, args, loopUnits(loop));
        else fn.call(args, 0, loopUnits(loop), 0);
    };
    return ((bytes + bytes / 2) * times) / best(run, patience.bandwidth);
  } finally {
    memory.free(block, bytes + 64);
  }
}

function compiled(engine: Engine, key: string, emit: () => FunctionBuilder): SharedFunction {
  const launch = { kind: 'function', key, emit, operands: [], units: 1, work: 0 } as const;
  return engine.compile([launch]).get(key)!;
}

/** For how long each is repeated: threads have to start, and V8 to compile what it calls well, in each of them. */
const patience = { arithmetic: 250, bandwidth: 60 };

/** Seconds of the fastest run within that many milliseconds. */
function best(fn: () => void, milliseconds: number): number {
  let least = Infinity;
  const end = performance.now() + milliseconds;
  for (let began = performance.now(); began < end;) {
    fn();
    const now = performance.now();
    [least, began] = [Math.min(least, now - began), now];
  }
  return least / 1000;
}
