import type { TypedArray } from '../../core/dtype';
import type { Cell } from '../../graph/node';
import type { Program } from '../backend';
import { Held, Slot, type Keeper } from './held';
import { fromDevice, toDevice } from './storage';

/** The value of one of a program's inputs. */
export interface Given {
  readonly slot: Slot;
  /** Somebody else's: not to be given back, nor handed out. */
  readonly isBorrowed: boolean;
  /** The value, and as it lies on the device, where it came from JavaScript just now. */
  readonly data: TypedArray | null;
  readonly host: Float32Array | null;
}

/** From which run on an input that comes back stays on the device. */
const keptFromRun = 3;

export function takeIn({ inputs, buffers }: Program, cells: readonly Cell[], keeper: Keeper): Given[] {
  return cells.map((cell, i) => {
    const held = cell.resident as Held | null;
    const away = held?.elsewhere(keeper) ?? null;
    if (held && away === null) return { slot: held.slot, isBorrowed: true, data: null, host: null };
    const { dtype, size } = buffers[inputs[i]];
    const slot = new Slot(dtype, size);
    const data = away ?? cell.data!;
    const host = toDevice(dtype, data);
    slot.block = keeper.device.lost ? null : keeper.device.upload(host);
    const isBorrowed = !keeper.device.keepsValues || away !== null || isUsedAgain(cell);
    if (isBorrowed && keeper.device.keepsValues) {
      hold(cell, slot, keeper);
      keeper.journal.note({ slot, data });
    }
    return { slot, isBorrowed, data, host };
  });
}

/** Whether the cell is to keep its value on the device from now on. */
function isUsedAgain(cell: Cell): boolean {
  cell.runs = (cell.runs ?? 0) + 1;
  return cell.runs >= keptFromRun;
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
