import type { ComputeType, TypedArray } from '../../core/dtype';
import { DeviceError } from '../../core/errors';
import type { Cell, Resident } from '../../graph/node';
import type { Block, Device } from './modes/device';
import { deviceName } from './modes/gpu-js';
import type { Journal } from './journal';
import type { Queue } from './queue';
import { fromDevice } from './storage';

/** A place for a value: what is to compute it may still be waiting, or have failed. */
export class Slot {
  block: Block | null = null;
  error: Error | null = null;

  constructor(
    readonly dtype: ComputeType,
    readonly size: number,
  ) {}

  /** @throws what went wrong with it */
  get(): Block {
    if (this.error !== null) throw this.error;
    return this.block!;
  }
}

/** What values on one device share. */
export interface Keeper {
  readonly device: Device;
  readonly queue: Queue;
  readonly journal: Journal;
  /** The value, once the device is lost. @throws the loss, where it cannot be had */
  rescued(slot: Slot): TypedArray;
}

/** A value that stays on the device. */
export class Held implements Resident {
  readonly #keeper: Keeper;
  #slot: Slot | null;
  #watched = false;

  constructor(slot: Slot, keeper: Keeper) {
    this.#slot = slot;
    this.#keeper = keeper;
    keeper.journal.live.add(slot);
  }

  get slot(): Slot {
    return this.#slot!;
  }

  read(): TypedArray {
    const name = deviceName(this.#keeper.device.mode);
    throw new DeviceError(
      `the value is on ${name}, from where it takes time to come: await data(), item() or toArray() rather than dataSync() or itemSync()`,
    );
  }

  async readLater(): Promise<TypedArray> {
    const slot = this.#slot!;
    const { device, queue } = this.#keeper;
    await queue.done();
    if (device.lost && slot.error === null) return this.#keeper.rescued(slot);
    try {
      return fromDevice(slot.dtype, await device.download(slot.get()));
    } catch (error) {
      if (device.lost) return this.#keeper.rescued(slot);
      throw error;
    }
  }

  /** The value, if the device that held it is lost or is not this one. */
  elsewhere(keeper: Keeper): TypedArray | null {
    return this.#keeper === keeper ? null : this.#keeper.rescued(this.#slot!);
  }

  release(): void {
    if (this.#watched) collected.unregister(this);
    this.#watched = false;
    const [slot, keeper] = [this.#slot, this.#keeper];
    this.#slot = null;
    if (slot) keeper.queue.add(() => giveBack(slot, keeper));
  }

  /** The value before stands again where the next one cannot be computed. */
  become(next: Resident): void {
    const [before, after] = [this.#slot, (next as Held).#slot!];
    this.#slot = after;
    (next as Held).#slot = null;
    if (before === null) return;
    this.#keeper.queue.add(() => {
      if (after.error === null) giveBack(before, this.#keeper);
      else stand(before, after, this.#keeper);
    });
  }

  watch(cell: Cell): void {
    if (this.#watched) return;
    this.#watched = true;
    collected.register(cell, this, this);
  }
}

const collected = new FinalizationRegistry<Held>((held) => held.release());

/** The value goes to the place of the one that was to replace it. */
function stand(before: Slot, after: Slot, { journal }: Keeper): void {
  [after.block, after.error, before.block] = [before.block, before.error, null];
  journal.note({ slot: after, from: before });
  journal.live.delete(before);
}

function giveBack(slot: Slot, { device, journal }: Keeper): void {
  if (slot.block) device.give(slot.block);
  slot.block = null;
  journal.live.delete(slot);
}
