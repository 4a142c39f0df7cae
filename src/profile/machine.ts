import type * as nodeOs from 'node:os';
import { version } from '../../package.json';
import { hasMultiplyAdd, hasSimd, joinsVectors } from '../backend/wasm/features';
import { threadCount } from '../backend/wasm/threads';
import { DeviceError } from '../core/errors';
import { nodeModule } from '../core/node-module';

/** What there is to compute on, and with. */
export interface Machine {
  readonly versions: { readonly decograd: string; readonly node: string; readonly v8: string };
  readonly platform: string;
  readonly cpu: {
    readonly model: string;
    readonly cores: number;
    /** Those that the CPU's engine uses. */
    readonly threads: number;
    readonly simd: boolean;
    readonly multiplyAdd: boolean;
    /** How long the vectors are that the CPU's engine computes with. */
    readonly vectorBits: 128 | 256;
  };
  /** Bytes. */
  readonly memory: number;
}

/** The machine that this runs on. @throws DeviceError in a browser, which does not tell */
export function machine(): Machine {
  const os = nodeModule<typeof nodeOs>('node:os');
  if (!os) throw new DeviceError('a browser does not tell what it runs on');
  const { node, v8 } = process.versions;
  const model = os.cpus()[0]?.model.trim() || 'unknown';
  return {
    versions: { decograd: version, node, v8 },
    platform: `${process.platform} ${process.arch}`,
    cpu: {
      model,
      cores: os.availableParallelism(),
      threads: threadCount(),
      simd: hasSimd(),
      multiplyAdd: hasMultiplyAdd(),
      vectorBits: joinsVectors() ? 256 : 128,
    },
    memory: os.totalmem(),
  };
}
