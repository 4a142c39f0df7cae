import type { Mode } from '../../src/backend/gpu';
import { DeviceError } from '../../src/core/errors';
import type { Block, Device, Launch } from '../../src/backend/gpu/modes/device';

/** A GPU as far as anybody can tell: values stay on it, and everything takes time. It computes where `host` does. */
export interface SlowDevice extends Device {
  lost: DeviceError | null;
  /** What was asked of it so far. */
  readonly count: { launches: number; downloads: number; uploads: number; compiled: number };
  /** From now on it answers no more. */
  lose(): void;
}

class SlowBlock implements Block {
  isGiven = false;
  constructor(readonly values: Float32Array) {}
  get length(): number {
    return this.values.length;
  }
}

export function slowDevice(host: Device): SlowDevice {
  const count = { launches: 0, downloads: 0, uploads: 0, compiled: 0 };
  const memory = { blocks: 0, bytes: 0, idleBlocks: 0, idleBytes: 0 };
  const made = (values: Float32Array): SlowBlock => {
    memory.blocks++;
    memory.bytes += values.byteLength;
    return new SlowBlock(values);
  };
  /** What nobody has given back; what was given back is no number any more. */
  const valuesOf = (block: Block): Float32Array => {
    if (device.lost) throw device.lost;
    if ((block as SlowBlock).isGiven) throw new Error('a block is used after it was given back');
    return (block as SlowBlock).values;
  };
  const device: SlowDevice = {
    ...host,
    keepsValues: true,
    mostBlocks: 5,
    lost: null,
    count,
    memory,
    lose: () => (device.lost = new DeviceError('gpu:cpu: the device was lost: on purpose')),
    compile(source, size, what): Launch {
      count.compiled++;
      const launch = host.compile(source, size, what);
      let ready: Promise<void> | null = later().then(() => void (ready = null));
      return {
        get ready() {
          return ready;
        },
        run(blocks, offsets, numbers) {
          if (ready) throw new Error('a kernel ran before it was compiled');
          count.launches++;
          return made((launch.run(blocks.map(valuesOf), offsets, numbers) as Float32Array).slice());
        },
        release: () => launch.release(),
      };
    },
    upload(values) {
      count.uploads++;
      return made(values.slice());
    },
    async download(block) {
      count.downloads++;
      const values = valuesOf(block).slice(); // commands run in their order: what comes later changes nothing
      await later();
      if (device.lost) throw device.lost;
      return values;
    },
    copy: (block) => made(valuesOf(block).slice()),
    finished: later,
    give(block) {
      const slow = block as SlowBlock;
      if (slow.isGiven) throw new Error('a block is given back twice');
      slow.isGiven = true;
      memory.blocks--;
      memory.bytes -= slow.values.byteLength;
      slow.values.fill(NaN);
    },
  };
  return device;
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The device that was opened last. */
export const opened: { slow: SlowDevice } = { slow: undefined as never };

/** The module that opens devices, for `vi.mock`: what it opens takes its time. */
export async function slowDevices(original: () => Promise<{ openDevice(mode: Mode): Promise<Device> }>) {
  const { openDevice } = await original();
  return { openDevice: async () => (opened.slow = slowDevice(await openDevice('cpu'))) };
}
