import type { Program, Step } from '../backend/backend';
import { isContiguous } from '../kernels/views';

/**
 * Notes which outputs may be written over the inputs whose place they take, while the program runs: where the step that writes
 * an element is the last to read the one that stands there. What may fail half-way writes over nothing.
 * @param replaced for each output the input that it replaces, if it is there
 */
export function withOverwrites(program: Program, replaced: readonly (number | undefined)[]): Program {
  const { steps, inputs, outputs } = program;
  if (steps.some(canFail)) return program;
  const marked = outputs.map((output, i) => {
    const overwrites = replaced[i];
    const isSafe = overwrites !== undefined && output.resident && isLastLook(steps, inputs[overwrites], output.buffer);
    return isSafe ? { ...output, overwrites } : output;
  });
  return { ...program, outputs: marked };
}

/** Indices are found to be out of range only when they are used. */
const canFail = ({ kernel: { kind } }: Step): boolean => kind === 'gather' || kind === 'scatterAdd';

function isLastLook(steps: readonly Step[], from: number, to: number): boolean {
  const last = steps.findIndex(({ outputs }) => outputs.includes(to));
  const isReadLater = steps.slice(last + 1).some(({ kernel }) => kernel.inputs.some(({ buffer }) => buffer === from));
  return last >= 0 && !isReadLater && readsWhatItWrites(steps[last], from, to);
}

/** Whether all that the step reads of `from` to compute an element of `to` is the element that stands in its place. */
function readsWhatItWrites({ kernel, outputs }: Step, from: number, to: number): boolean {
  const reads = kernel.inputs.flatMap((view, k) => (view.buffer === from ? [{ view, k }] : []));
  const at = outputs.indexOf(to);
  switch (kernel.kind) {
    case 'map':
      return reads.every(({ view }) => isContiguous(view) && view.offset === 0);
    case 'group': {
      const [member, each] = [Math.floor(at / kernel.exprs.length), kernel.inputs.length / kernel.sizes.length];
      const isOwn = (k: number): boolean => Math.floor(k / each) === member;
      return reads.every(({ view, k }) => isOwn(k) && view.offset === 0 && view.strides[0] === 1);
    }
    case 'loop': {
      const along = kernel.folds.length === 0 && kernel.stores[at].strides.join();
      return reads.every(({ view }) => view.strides.join() === along && view.offset === 0);
    }
    default:
      return false;
  }
}
