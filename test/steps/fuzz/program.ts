import { inside } from './blocks';
import { compute, detach, keep, swap } from './compute';
import { backward, changeGradients, freeze, grad } from './gradients';
import { assign, doom, step } from './mutations';
import { Random } from './random';
import { checkGradients, readNow, Reads } from './reads';
import { World, type Read, type Settings } from './world';

type Action = (world: World, reads: Reads) => void | Promise<void>;

/** What programs do, and how often. */
const actions: readonly (readonly [number, Action])[] = [
  [50, (world) => void compute(world)],
  [1, swap],
  [8, backward],
  [4, grad],
  [6, step],
  [4, assign],
  [4, (world, reads) => inside(world, reads, 'forward')],
  [3, (world, reads) => inside(world, reads, 'noGrad')],
  [3, detach],
  [3, keep],
  [3, (world) => readNow(world, world.operand())],
  [4, (world, reads) => reads.later(world, world.operand())],
  [3, changeGradients],
  [1, freeze],
  [1, doom],
  [1, checkGradients],
  [2, (world, reads) => reads.tick(world)],
];
/** What happens between the steps of a training run, or while one is recorded, and changes what it is. */
const disturbances: readonly (readonly [number, Action])[] = [
  [4, step],
  [2, assign],
  [2, changeGradients],
  [2, freeze],
  [2, keep],
  [1, detach],
  [1, (world) => readNow(world, world.operand())],
  [1, (world, reads) => reads.later(world, world.operand())],
  [1, (world, reads) => inside(world, reads, 'noGrad')],
  [1, doom],
  [1, (world, reads) => reads.tick(world)],
];

function pick(random: Random, from = actions): Action {
  let dice = random.next() * from.reduce((sum, [often]) => sum + often, 0);
  return from.find(([often]) => (dice -= often) < 0)![1];
}

/**
 * Runs a random program of so many actions on the library and on the oracle, then reads everything.
 * @throws where the two differ, with what was done
 */
export async function runProgram(seed: number, length: number, settings: Settings): Promise<readonly Read[]> {
  return checked(seed, settings, (world) => run(world, new Random(seed ^ 0x5eed), length));
}

/** Runs a random training run: the same computation, of so many actions, and a walk back, again and again. */
export async function runTraining(
  seed: number,
  length: number,
  rounds: number,
  settings: Settings,
): Promise<readonly Read[]> {
  return checked(seed, settings, (world) => train(world, seed, length, rounds));
}

async function checked(
  seed: number,
  settings: Settings,
  fn: (world: World) => Promise<void>,
): Promise<readonly Read[]> {
  const world = new World(seed, settings);
  try {
    await fn(world);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`program ${seed}: ${message}\n${world.trace.slice(-30).join('\n')}`, { cause: error });
  }
  return world.reads;
}

async function run(world: World, forcing: Random, length: number): Promise<void> {
  const reads = new Reads();
  for (let i = 0; i < length; i++) {
    if (world.settings.force && forcing.chance(0.15)) world.flush();
    const ticking = pick(world.random)(world, reads);
    if (ticking instanceof Promise) await ticking; // nothing else yields, so that no read happens before its time
  }
  await reads.tick(world);
  for (const entry of [...world.pool, ...world.boxes.map(({ current }) => current)]) readNow(world, entry);
  checkGradients(world);
}

async function train(world: World, seed: number, length: number, rounds: number): Promise<void> {
  const reads = new Reads();
  const given = [...world.pool];
  const other = world.random;
  const disturb = (): void | Promise<void> => {
    world.random = other;
    return pick(other, disturbances)(world, reads);
  };
  for (let round = 0; round < rounds; round++) {
    world.pool.splice(0, world.pool.length, ...given);
    const same = new Random(seed ^ 0x5eed);
    for (let i = 0; i < length; i++) {
      const ticking = other.chance(0.01) ? disturb() : undefined;
      if (ticking) await ticking; // as above
      world.random = same;
      compute(world);
    }
    backward(world);
    while (other.chance(0.4)) {
      const ticking = disturb();
      if (ticking) await ticking;
    }
    world.random = other;
    if (other.chance(0.3)) checkGradients(world);
  }
  await reads.tick(world);
  checkGradients(world);
}
