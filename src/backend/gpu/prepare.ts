import type { ComputeType } from '../../core/dtype';
import type { PlainKernel, View } from '../../kernels/kernels';
import type { Program } from '../backend';
import { plainSteps, type PlainStep } from '../plain-steps';
import type { Device } from './modes/device';
import { wanted, type Wanted } from './launch-cache';
import { reasonAgainst } from './limits';
import { narrowed } from './narrow';
import { spread } from './spread';

/** A plain step, and what of it is the same in every run. */
export interface PreparedStep {
  readonly step: PlainStep;
  /** Why the mode cannot run it; null where it can. */
  readonly reason: string | null;
  readonly isEmpty: boolean;
  /** Its place among what is wanted; -1 for what is empty or runs elsewhere. */
  readonly launch: number;
  readonly offsets: readonly number[];
  /** For each input, its place among the numbers given to a run; -1 for what is a block. */
  readonly numbers: readonly number[];
  /** Buffers that are read no more after it, and whose values do not leave the run. */
  readonly spent: readonly number[];
}

/** A program made ready for one mode. */
export interface Prepared {
  /** As it was given, and with the buffers that its steps take here. */
  readonly given: Program;
  readonly program: Program;
  readonly steps: readonly PreparedStep[];
  readonly wanted: readonly Wanted[];
  /** Whether nothing is computed: values are handed on, in part or in another order. */
  readonly onlyMoves: boolean;
}

type Fit = Pick<Device, 'mode' | 'keepsValues' | 'mostBlocks'>;

export function prepare(given: Program, device: Fit): Prepared {
  const { program, plain } = fitted(given, device);
  const spent = spentAfter(plain, program);
  const list: Wanted[] = [];
  const steps = plain.map((step, i): PreparedStep => {
    const { kernel, name } = step;
    const numbers = kernel.inputs.map((view) => program.scalars.indexOf(view.buffer));
    const reason = reasonAgainst(kernel, device.mode);
    const isEmpty = program.buffers[step.output].size === 0;
    const offsets = kernel.inputs.map((view) => view.offset);
    const launch = isEmpty || reason !== null ? -1 : list.push(wanted(kernel, name, numbers.map((at) => at >= 0))) - 1; // prettier-ignore
    return { step, reason, isEmpty, launch, offsets, numbers, spent: spent[i] };
  });
  return { given, program, steps, wanted: list, onlyMoves: plain.every(({ kernel }) => moves(kernel)) };
}

function moves(kernel: PlainKernel): boolean {
  return kernel.kind === 'place' || (kernel.kind === 'map' && kernel.expr.op === 'input');
}

/** The plain steps as a device takes them, and the program with the buffers that this takes. */
function fitted(program: Program, { keepsValues, mostBlocks }: Fit): { program: Program; plain: PlainStep[] } {
  const buffers = [...program.buffers];
  const add = (dtype: ComputeType, size: number) => buffers.push({ dtype, size, offset: 0 }) - 1;
  const isNumber = (view: View) => program.scalars.includes(view.buffer);
  const plain = plainSteps(program.steps)
    .flatMap((step) => (keepsValues ? spread(step, add) : [step]))
    .flatMap((step) => narrowed(step, { most: mostBlocks, isNumber, add }));
  return { program: { ...program, buffers }, plain };
}

/** For every step, the buffers that it is the last to name. */
function spentAfter(steps: readonly PlainStep[], { outputs }: Program): number[][] {
  const seen = new Set(outputs.map(({ buffer }) => buffer));
  const spent: number[][] = steps.map(() => []);
  for (let i = steps.length - 1; i >= 0; i--)
    for (const buffer of [steps[i].output, ...steps[i].kernel.inputs.map((view) => view.buffer)]) {
      if (!seen.has(buffer)) spent[i].push(buffer);
      seen.add(buffer);
    }
  return spent;
}
