import { compute, keep } from './compute';
import { withoutGradients } from './eager';
import type { Entry } from './ledger';
import { assign } from './mutations';
import { readNow, type Reads } from './reads';
import type { World } from './world';

class Deliberate extends Error {}
export type Kind = 'forward' | 'noGrad';

/** A few actions inside a forward or a noGrad block, which may throw in the end. */
export function inside(world: World, reads: Reads, kind: Kind): void {
  if (world.doomed) world.flush();
  const before = world.ledger.waiting;
  const throws = world.random.chance(0.25);
  let output: Entry | null = null;
  const body = () => {
    for (let i = 0; i < 4; i++)
      if (world.random.chance(0.75)) output = compute(world) ?? output;
      else act(world, reads);
    if (throws) throw new Deliberate();
    return output?.tensor;
  };
  world.note(kind, throws ? 'that throws' : '');
  const finished = run(world, kind, body);
  const outermost = kind === 'forward' && world.forwards === 0;
  if (!finished) return void (outermost && world.ledger.dropped(before));
  const result = output as Entry | null;
  if (outermost && result !== null) result.kept = true;
  if (world.depth === 0 && !(kind === 'forward' && result?.value.requiresGrad)) world.ledger.evaluated();
}

/** Runs the body in its block; false where it threw. */
function run(world: World, kind: Kind, body: () => unknown): boolean {
  const forward = Number(kind === 'forward');
  world.depth++;
  world.forwards += forward;
  try {
    if (forward) world.block.forward(body);
    else withoutGradients(() => world.settings.decograd.noGrad(body));
    return true;
  } catch (error) {
    if (!(error instanceof Deliberate)) throw error;
    return false;
  } finally {
    world.depth--;
    world.forwards -= forward;
  }
}

function act(world: World, reads: Reads): void {
  const actions = [
    () => assign(world),
    () => keep(world),
    () => reads.later(world, world.operand()),
    () => readNow(world, world.operand()),
    () => inside(world, reads, world.random.pick(['forward', 'noGrad'])),
  ];
  world.random.pick(actions)();
}
