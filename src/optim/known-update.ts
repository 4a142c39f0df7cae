import type { Backend } from '../backend/backend';
import type { ComputeType } from '../core/dtype';
import type { Shape } from '../core/shape';
import { nextMark, numberOf, scalarOp, type Node } from '../graph/node';
import { atomically, forgetSince, now, scalarNode, valueLike, waitingOn } from '../graph/recorder';
import type { MapSpec } from '../ops/map';
import { backendOf, isGiven, repeatable, type Evaluation, type Repeatable } from '../plan';
import type { Change, Tensor } from '../tensor';
import { commitAgain, commitNoted } from '../tensor/commit';
import { wrap } from '../tensor/wrap';
import { answering, noting, type Call } from './formula';

/**
 * Updates by what they are made of. The next update of an optimizer is nearly always like its last: the same formulas of the
 * same values, with other numbers. Then nothing need be recorded: the rules run, their formulas are compared with those of
 * last time, and the program that computed those runs again. A rule that records anything but formulas is never known.
 */
export interface KnownUpdate {
  readonly device: string;
  readonly backend: Backend;
  /** What the update was given. */
  readonly given: readonly Like[];
  /** How many numbers its formulas took. */
  readonly numbers: number;
  readonly steps: readonly Step[];
  /** By place, what was changed and to what. */
  readonly changes: readonly (readonly [target: number, value: number])[];
  readonly program: Repeatable;
}
interface Like {
  readonly shape: Shape;
  readonly dtype: ComputeType;
}
/** A formula: the places of its operands among what was given, numbers and results, and what stands for its result. */
interface Step {
  readonly spec: MapSpec;
  readonly operands: readonly number[];
  readonly result: Tensor;
}

/** What the rules of an optimizer come to. */
interface Applied {
  readonly changes: readonly Change[];
}
interface Made<A> {
  readonly applied: A;
  /** Those that have work to do. */
  readonly devices: Iterable<string>;
  /** For the next update. */
  readonly known: KnownUpdate | null;
}

/** Makes an update of the values `given` by rules that may run twice, like the last one if that can be. */
export function makeUpdate<A extends Applied>(
  last: KnownUpdate | null,
  given: readonly Node[],
  apply: () => A,
): Made<A> {
  const device = given[0]?.device ?? '';
  const isAlone = areAlone(given, device);
  const applied = last !== null && isAlone && isLike(last, given, device) ? repeated(last, given, apply) : null;
  return applied === null ? recorded(device, given, isAlone, apply) : { applied, devices: [device], known: last };
}

function recorded<A extends Applied>(
  device: string,
  given: readonly Node[],
  isAlone: boolean,
  apply: () => A,
): Made<A> {
  const calls: Call[] = [];
  const before = now();
  const applied = atomically(() => noting(calls, apply));
  const mayBeKnown = isAlone && now() - before === calls.length;
  const changes = mayBeKnown ? applied.changes.map(([target, value]) => [target.node, value.node] as const) : [];
  const { versions, evaluations } = commitNoted(applied.changes);
  const evaluation = mayBeKnown ? evaluations.get(device) : null;
  const known = evaluation ? knownFrom(device, { given, calls, changes, versions }, evaluation) : null;
  return { applied, devices: evaluations.keys(), known };
}

/** Whether nothing else waits there, and these are values, no two of them the same. */
function areAlone(given: readonly Node[], device: string): boolean {
  if (waitingOn(device).length > 0) return false;
  const mark = nextMark();
  for (const node of given) {
    if (node.device !== device || node.mark === mark || !isGiven(node)) return false;
    node.mark = mark;
  }
  return true;
}

/** An update that was recorded. */
interface Recorded {
  readonly given: readonly Node[];
  readonly calls: readonly Call[];
  readonly changes: readonly (readonly [target: Node, value: Node])[];
  readonly versions: readonly Node[];
}

/** Null where anything came in that was not given, or came out that is none of the changes. */
function knownFrom(
  device: string,
  { given, calls, changes, versions }: Recorded,
  evaluation: Evaluation,
): KnownUpdate | null {
  const operands = calls.flatMap((call) => call.operands);
  const numbers = [...new Set(operands.filter(({ op }) => op === scalarOp))];
  const places = new Map([...given, ...numbers, ...calls.map(({ result }) => result)].map((node, i) => [node, i]));
  const placeOf = (node: Node): number => places.get(node) ?? -1;
  const changed = changes.map(([target, value]) => [placeOf(target), placeOf(value)] as const);
  const program = repeatable(evaluation, [...given, ...versions, ...numbers]);
  if (program === null || [...operands.map(placeOf), ...changed.flat()].includes(-1)) return null;
  return {
    device,
    backend: backendOf(device),
    given: given.map(({ shape, dtype }) => ({ shape, dtype })),
    numbers: numbers.length,
    steps: calls.map(({ spec, operands, result }) => ({ spec, operands: operands.map(placeOf), result: standIn(result) })), // prettier-ignore
    changes: changed,
    program,
  };
}

/** A tensor like the node that has no value, and that nothing can be made of. */
function standIn(result: Node): Tensor {
  const node = valueLike(result);
  node.recipe = true;
  node.stale = 'a value within an update';
  return wrap(node);
}

/** Makes the update by the known program; null where it is not like that one, and then nothing has changed. */
function repeated<A extends Applied>(known: KnownUpdate, given: readonly Node[], apply: () => A): A | null {
  const follower = new Follower(known, given);
  const before = now();
  const applied = follower.follow(apply);
  if (applied === null || now() !== before) {
    forgetSince(before);
    return null;
  }
  const targets: Tensor[] = [];
  for (const change of applied.changes) targets.push(change[0]);
  commitAgain(known.device, known.program, targets, given, follower.numbers);
  return applied;
}

function isLike(known: KnownUpdate, given: readonly Node[], device: string): boolean {
  const { given: before } = known;
  if (device !== known.device || given.length !== before.length || backendOf(device) !== known.backend) return false;
  for (let i = 0; i < given.length; i++)
    if (given[i].shape !== before[i].shape || given[i].dtype !== before[i].dtype) return false;
  return true;
}

/** Compares what rules do with what they did in the known update. */
class Follower {
  readonly numbers: Node[] = [];
  private at = 0;

  constructor(
    private readonly known: KnownUpdate,
    private readonly given: readonly Node[],
  ) {}

  /** What the rules come to; null where they do anything else. What goes wrong then goes wrong again when it is recorded. */
  follow<A extends Applied>(apply: () => A): A | null {
    try {
      const applied = answering((spec, operands) => this.next(spec, operands), apply);
      return this.areKnown(applied.changes) ? applied : null;
    } catch {
      return null;
    }
  }

  private next(spec: MapSpec, operands: readonly (Tensor | number)[]): Tensor {
    const step = this.known.steps[this.at++];
    let isKnown = step !== undefined && step.spec === spec;
    for (let i = 0; isKnown && i < operands.length; i++) isKnown = this.isAt(step.operands[i], operands[i]);
    if (!isKnown) throw new Error('not like the last update');
    return step.result;
  }

  private isAt(place: number, operand: Tensor | number): boolean {
    if (typeof operand !== 'number') return operand.node === this.nodeAt(place);
    const number = place - this.given.length;
    return number >= 0 && number < this.known.numbers && this.isNumber(number, operand);
  }

  /** What was given, or stands for a result, in that place. */
  private nodeAt(place: number): Node | undefined {
    const { numbers, steps } = this.known;
    const number = place - this.given.length;
    return number < 0 ? this.given[place] : steps[number - numbers]?.result.node;
  }

  private isNumber(at: number, value: number): boolean {
    const seen = (this.numbers[at] ??= scalarNode(value, 'float32'));
    return Object.is(numberOf(seen), value);
  }

  private areKnown(changes: readonly Change[]): boolean {
    const { changes: before } = this.known;
    if (changes.length !== before.length) return false;
    for (let i = 0; i < changes.length; i++)
      if (changes[i][0].node !== this.nodeAt(before[i][0]) || changes[i][1].node !== this.nodeAt(before[i][1]))
        return false;
    return true;
  }
}
