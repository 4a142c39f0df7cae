import type { Cell } from '../../graph/node';
import type { Program } from '../backend';
import { Held, Slot, type Keeper } from './held';
import { fromDevice, toDevice } from './storage';

/** The value of one of a program's inputs. */
export interface Given {
  readonly slot: Slot;
  /** Somebody else's: not to be given back, nor handed out. */
  readonly isBorrowed: boolean;
  /** The numbers, where they came from JavaScript just now. */
  readonly host: Float32Array | null;
}

/** From which run on an input that comes back stays on the device. */
const keptFromRun = 3;

export function takeIn({ inputs, buffers }: Program, cells: readonly Cell[], keeper: Keeper): Given[] {
  return cells.map((cell, i) => {
    if (cell.resident !== null) return { slot: (cell.resident as Held).slot, isBorrowed: true, host: null };
    const { dtype, size } = buffers[inputs[i]];
    const slot = new Slot(dtype, size);
    const host = toDevice(dtype, cell.data!);
    slot.block = keeper.device.upload(host);
    return { slot, isBorrowed: !keeper.device.keepsValues || adopted(cell, slot, keeper), host };
  });
}

/** Whether the cell keeps the value on the device from now on. */
function adopted(cell: Cell, slot: Slot, keeper: Keeper): boolean {
  cell.runs = (cell.runs ?? 0) + 1;
  if (cell.runs < keptFromRun) return false;
  hold(cell, slot, keeper);
  return true;
}

function hold(cell: Cell, slot: Slot, keeper: Keeper): void {
  cell.resident?.release();
  const held = new Held(slot, keeper);
  cell.resident = held;
  cell.data = null;
  held.watch(cell);
}

/** Puts the values of a run, which may be still to come, where they belong. */
export function handOut(slots: readonly Slot[], cells: readonly Cell[], keeper: Keeper): void {
  slots.forEach((slot, i) => {
    if (keeper.device.keepsValues) hold(cells[i], slot, keeper);
    else cells[i].data = fromDevice(slot.dtype, slot.get() as Float32Array);
  });
}
