import { allocate } from '../../core/dtype';
import type { DeviceError } from '../../core/errors';
import type { Backend } from '../backend';
import type { PlainStep } from '../plain-steps';
import { watched, type Watch } from '../watch';
import { checkIndices, readsIndices } from './check-indices';
import type { Block, Launch } from './modes/device';
import { deviceName } from './modes/gpu-js';
import { Slot, type Keeper } from './held';
import type { LaunchCache } from './launch-cache';
import type { Prepared, PreparedStep } from './prepare';
import { runElsewhere } from './run-elsewhere';
import { toDevice } from './storage';
import type { Given } from './values';

/** A kernel that its mode cannot run, and why. */
export interface Fallback {
  readonly kernel: PlainStep['kernel']['kind'];
  readonly name: string;
  /** The device that ran it. */
  readonly ranOn: string;
  readonly reason: string;
}

/** What the runs of one backend share. */
export interface Machine extends Keeper {
  readonly launches: LaunchCache;
  readonly elsewhere: Backend;
  fellBack(fallback: Fallback): void;
  /** Told of what went wrong after the call that wanted it had returned. */
  failed(error: Error): void;
}

/** What one run is given. */
export interface Order {
  readonly given: readonly Given[];
  readonly scalars: readonly number[];
  readonly watch: Watch | undefined;
  /** Where each step ran; written here. */
  readonly ranOn: (string | null)[];
}

/** One run of a program, now or when its turn has come. */
export class Job {
  readonly results: readonly Slot[];
  /** What went wrong. */
  error: Error | null = null;
  /** The call that wanted it has returned. */
  isLate = false;
  readonly #values: (Block | null)[];
  readonly #isBorrowed: boolean[];
  #launches: readonly Launch[] = [];

  constructor(
    private readonly prepared: Prepared,
    private readonly machine: Machine,
    private readonly order: Order,
  ) {
    const { buffers, outputs } = prepared.program;
    this.results = outputs.map(({ buffer }) => new Slot(buffers[buffer].dtype, buffers[buffer].size));
    this.#values = buffers.map(() => null);
    this.#isBorrowed = buffers.map(() => false);
  }

  run(): void | Promise<void> {
    try {
      return this.#begin()?.catch((error: Error) => this.#fail(error));
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #begin(): void | Promise<void> {
    if (this.machine.device.lost) return this.#withoutDevice(this.machine.device.lost);
    this.#launches = this.machine.launches.find(this.prepared.wanted);
    const waits = this.#launches.flatMap(({ ready }) => ready ?? []);
    return waits.length === 0 ? this.#start() : Promise.all(waits).then(() => this.#start());
  }

  /** What only moves values can be had from the journal: a state dict, say. */
  #withoutDevice(lost: DeviceError): void {
    if (!this.prepared.onlyMoves) throw lost;
    this.order.ranOn.fill(this.machine.elsewhere.name);
    this.#note();
  }

  #start(): void | Promise<void> {
    if (this.machine.device.lost) return this.#withoutDevice(this.machine.device.lost);
    this.prepared.program.inputs.forEach((buffer, i) => {
      const { slot, isBorrowed } = this.order.given[i];
      this.#isBorrowed[buffer] = isBorrowed;
      this.#values[buffer] = slot.get();
    });
    return this.#from(0);
  }

  #from(first: number): void | Promise<void> {
    const { steps } = this.prepared;
    for (let i = first; i < steps.length; i++) {
      const waiting = this.#step(steps[i], i);
      if (waiting) return waiting.then(() => this.#from(i + 1));
    }
    this.#finish();
  }

  #step(prepared: PreparedStep, i: number): void | Promise<void> {
    const { step, isEmpty, reason } = prepared;
    if (isEmpty) return this.#ran(prepared, i, null, this.machine.device.upload(new Float32Array(0)));
    if (reason !== null) return this.#elsewhere(prepared, i, reason);
    const device = deviceName(this.machine.device.mode);
    const { watch } = this.order;
    if (watch !== undefined && this.machine.device.keepsValues) return this.#timed(prepared, i, device, watch);
    const block = watched(watch, step.of, device, () => this.#launch(prepared));
    this.#ran(prepared, i, device, block);
  }

  /** Whoever watches is told how long the device took, rather than how long it took to ask it. */
  async #timed(prepared: PreparedStep, i: number, device: string, watch: Watch): Promise<void> {
    await this.machine.device.finished();
    const began = performance.now();
    const block = this.#launch(prepared);
    await this.machine.device.finished();
    watch(prepared.step.of, device, began, performance.now());
    this.#ran(prepared, i, device, block);
  }

  #ran({ step, spent }: PreparedStep, i: number, device: string | null, block: Block): void {
    this.order.ranOn[i] = device;
    this.#values[step.output] = block;
    for (const buffer of spent) this.#giveBack(buffer);
  }

  #launch({ step: { kernel, name }, launch, offsets, numbers }: PreparedStep): Block {
    const blocks: Block[] = [];
    const given: number[] = [];
    kernel.inputs.forEach((view, k) => {
      if (numbers[k] < 0) blocks.push(this.#values[view.buffer]!);
      else given.push(this.#number(view.buffer, numbers[k]));
    });
    if (!this.machine.device.keepsValues && readsIndices(kernel))
      checkIndices(kernel, name, this.#indices(kernel.inputs[1].buffer, numbers[1]));
    return this.#launches[launch].run(blocks, offsets, given);
  }

  /** Where blocks are arrays: a list of indices may be one number for all. */
  #indices(buffer: number, scalar: number): Float32Array {
    return scalar < 0 ? (this.#values[buffer] as Float32Array) : toDevice('int32', this.#scalar(buffer, scalar));
  }

  /** As the dtype of the buffer holds it. */
  #number(buffer: number, scalar: number): number {
    return this.#scalar(buffer, scalar)[0];
  }
  #scalar(buffer: number, scalar: number) {
    return allocate(this.prepared.program.buffers[buffer].dtype, 1).fill(this.order.scalars[scalar]);
  }

  #elsewhere(prepared: PreparedStep, i: number, reason: string): void | Promise<void> {
    const { elsewhere, device } = this.machine;
    const { step, numbers } = prepared;
    const read = step.kernel.inputs.map((view, k) => {
      const { dtype } = this.prepared.program.buffers[view.buffer];
      return numbers[k] < 0
        ? device.download(this.#values[view.buffer]!)
        : toDevice(dtype, this.#scalar(view.buffer, numbers[k]));
    });
    this.machine.fellBack({ kernel: step.kernel.kind, name: step.name, ranOn: elsewhere.name, reason });
    const compute = (buffers: readonly Float32Array[]) => {
      const run = () => device.upload(runElsewhere(elsewhere, step, buffers));
      this.#ran(prepared, i, elsewhere.name, watched(this.order.watch, step.of, elsewhere.name, run));
    };
    if (read.every((values) => values instanceof Float32Array)) return compute(read);
    return Promise.all(read.map((values) => Promise.resolve(values))).then(compute);
  }

  /** A value that is somebody else's, or leaves twice, is copied: values never share memory. */
  #finish(): void {
    const { device } = this.machine;
    const { outputs, scalars, buffers } = this.prepared.program;
    outputs.forEach(({ buffer }, i) => {
      const scalar = scalars.indexOf(buffer);
      const block = this.#values[buffer];
      if (scalar >= 0)
        this.results[i].block = device.upload(toDevice(buffers[buffer].dtype, this.#scalar(buffer, scalar))); // prettier-ignore
      else if (this.#isBorrowed[buffer]) this.results[i].block = device.copy(block!);
      else this.results[i].block = block;
      this.#isBorrowed[buffer] = true;
    });
    this.#values.forEach((_, buffer) => this.#giveBack(buffer));
    if (device.keepsValues) this.#note();
  }

  #note(): void {
    const { given, scalars } = this.order;
    const inputs = given.map(({ slot, isBorrowed, data }) => (isBorrowed ? slot : data!));
    this.machine.journal.note({ program: this.prepared.given, inputs, scalars, results: this.results });
  }

  #giveBack(buffer: number): void {
    const block = this.#values[buffer];
    if (block && !this.#isBorrowed[buffer]) this.machine.device.give(block);
    this.#values[buffer] = null;
  }

  #fail(error: Error): void {
    this.error = error;
    for (const slot of this.results) slot.error = error;
    this.#values.forEach((_, buffer) => this.#giveBack(buffer));
    if (this.isLate) this.machine.failed(error);
  }
}
