import { topological, type Expr } from '../../../expr/expr';
import type { IntText } from './int-text';
import { onFloats, onInts, type Operation, type Print } from './operation-text';
import type { Writer } from './writer';

/** The leaves of an expression as text. */
export interface Leaves {
  readonly inputs: readonly string[];
  /** Asked for only where the expression reads it. */
  index(): string;
}

function operation(e: Expr, args: readonly string[], ints: IntText): string {
  const table: Partial<Record<Operation, Print>> = e.args.at(-1)!.type === 'int32' ? onInts(ints) : onFloats;
  return table[e.op as Operation]!(args[0], args[1] ?? '', args[2] ?? '');
}

/**
 * The expression as text. Every part stands in it once, or in a local if it is read more than once. What crosses between
 * int32 and the other types goes through a local too: gpu.js casts the literals of an operand along with the operand.
 */
export function printExpression(root: Expr, leaves: Leaves, writer: Writer): string {
  const parts = topological([root]);
  const held = partsToHold(parts, writer.ints);
  const texts = new Map<Expr, string>();
  for (const e of parts) {
    const args = e.args.map((a) => texts.get(a)!);
    const text = printPart(e, args, leaves, writer);
    texts.set(e, held.has(e) ? writer.hold(e.type, text) : text);
  }
  return texts.get(root)!;
}

function printPart(e: Expr, args: readonly string[], leaves: Leaves, writer: Writer): string {
  switch (e.op) {
    case 'const':
      return writer.literal(e.type, e.value);
    case 'input':
      return leaves.inputs[e.value];
    case 'index':
      return writer.ints.wrap(leaves.index());
    default:
      return operation(e, args, writer.ints);
  }
}

const isInt = (e: Expr) => e.type === 'int32';
const isLeaf = (e: Expr) => e.args.length === 0;
/** From int32 to the other types, or back. */
const crosses = (arg: Expr, e: Expr) =>
  isInt(arg) !== isInt(e) && (!isLeaf(arg) || (arg.op === 'const' && !isInt(arg)));
const isIntCall = (e: Expr) => isInt(e) && (!isLeaf(e) || e.op === 'index');

function partsToHold(parts: readonly Expr[], { nests }: IntText): Set<Expr> {
  const read = new Set<Expr>();
  const held = new Set<Expr>();
  for (const e of parts)
    for (const arg of e.args) {
      const again = read.has(arg) && arg.op !== 'const' && arg.op !== 'index';
      if (again || crosses(arg, e) || (!nests && isIntCall(arg))) held.add(arg);
      read.add(arg);
    }
  return held;
}
