import type * as gpuJs from 'gpu.js';
import { DeviceError } from '../../../core/errors';
import type { Hardware } from '../../backend';
import type { Block, Device, Launch } from './device';
import { checkMode, createKernel, deviceName, failure, loadGpuJs, type GlMode } from './gpu-js';
import type { Source } from '../print/print-kernel';
import { isSoftwareRenderer } from './software-renderer';

/** Its pixels, by width and height, are not in gpu.js's types. */
type GlTexture = gpuJs.Texture & { readonly size: readonly [number, number] };
/** Numbers of a texture of GL, one in each of its pixels. */
interface GlBlock extends Block {
  readonly texture: GlTexture;
}

const bufferType = 'ArrayTexture(1)';
/**
 * What every kernel hands out is a texture of its own, which stays where it is. The precision is said, since gpu.js otherwise
 * takes another one from 2^15 numbers on, and what is uploaded is cut off there.
 */
const kept = { pipeline: true, immutable: true, dynamicArguments: true, tactic: 'precision' } as const;

/** The modes of GL, in a browser or without a screen: kernels run in their turn, and only reading waits for them. */
export async function openGl(mode: GlMode): Promise<Device> {
  const { GPU } = await loadGpuJs();
  const gpu = open(GPU, mode);
  const context = new GlContext(gpu, mode);
  return {
    mode,
    hardware: hardwareOf(context),
    keepsValues: true,
    get lost() {
      return context.lost;
    },
    // one of the sixteen that any device has is for the result
    mostBlocks: 15,
    get memory() {
      return { blocks: context.blocks, bytes: context.bytes, idleBlocks: 0, idleBytes: 0 };
    },
    compile: (source, size, what) => compile(context, source, { size, what }),
    upload: (values) => context.upload(values),
    download: (block) => context.download(block as GlBlock),
    finished: () => Promise.resolve(context.gl.finish()),
    copy: (block) => context.copy(block as GlBlock),
    give: (block) => context.give(block as GlBlock),
  };
}

function open(Gpu: typeof gpuJs.GPU, mode: GlMode): gpuJs.GPU {
  const { isThere, otherwise } = contexts[mode];
  if (isThere(Gpu)) return new Gpu({ mode });
  throw new DeviceError(`${deviceName(mode)}: ${otherwise}`);
}

interface ContextKind {
  readonly isThere: (Gpu: typeof gpuJs.GPU) => boolean;
  /** What is told where it is not. */
  readonly otherwise: string;
}
const contexts: Readonly<Record<GlMode, ContextKind>> = {
  webgl2: {
    isThere: (Gpu) => Gpu.isWebGL2Supported,
    otherwise: 'there is no WebGL 2 here: browsers have it',
  },
  webgl: {
    isThere: (Gpu) => Gpu.isWebGLSupported,
    otherwise: 'there is no WebGL here: browsers have it',
  },
  headlessgl: {
    isThere: (Gpu) => Gpu.isHeadlessGLSupported,
    otherwise: 'the package gl is not there (npm install gl), or finds no display (xvfb-run gives it one)',
  },
};

/** Memory on the device, and what moves numbers there and back. */
class GlContext {
  blocks = 0;
  bytes = 0;
  readonly gl: WebGL2RenderingContext;
  readonly maxTextureSize: number;
  readonly #upload: gpuJs.IKernelRunShortcut;
  readonly #copy: gpuJs.IKernelRunShortcut;
  readonly #apart: Record<number, gpuJs.IKernelRunShortcut> = {};

  constructor(
    readonly gpu: gpuJs.GPU,
    readonly mode: GlMode,
  ) {
    const source: Source = { text: 'function (a0) { return a0[this.thread.x]; }', buffers: ['a0'], offsets: [], numbers: [], functions: [], results: 1 }; // prettier-ignore
    const settings = { ...kept, dynamicOutput: true };
    this.#upload = createKernel(gpu, source, 1, { ...settings, bufferType: 'Array' });
    this.#copy = createKernel(gpu, source, 1, { ...settings, bufferType });
    this.give(this.made(this.#upload(new Float32Array(1)), 1)); // which makes the context
    this.gl = (this.#upload.kernel as unknown as { context: WebGL2RenderingContext }).context;
    this.maxTextureSize = Number(this.gl.getParameter(this.gl.MAX_TEXTURE_SIZE));
  }

  upload(values: Float32Array): GlBlock {
    const { length } = values;
    this.checkSize(length, 'an input');
    this.#upload.setOutput([Math.max(1, length)]);
    return this.made(this.#upload(length === 0 ? new Float32Array(1) : values), length);
  }

  /** The numbers of a texture that has several in each of its pixels, one in each. */
  apart(texture: GlTexture, results: number, length: number): GlBlock {
    const settings = { ...kept, dynamicOutput: true, bufferType: `ArrayTexture(${results})` };
    const kernel = (this.#apart[results] ??= createKernel(this.gpu, apart(results), 1, settings));
    kernel.setOutput([length]);
    return this.made(kernel(texture), length);
  }

  copy({ texture, length }: GlBlock): GlBlock {
    this.checkSize(length, 'a copy');
    this.#copy.setOutput([Math.max(1, length)]);
    return this.made(this.#copy(texture), length);
  }

  download({ texture, length }: GlBlock): Float32Array {
    if (this.lost) throw this.lost;
    return (texture.toArray() as Float32Array).slice(0, length);
  }

  give({ texture }: GlBlock): void {
    this.blocks--;
    this.bytes -= bytesOf(texture);
    texture.delete();
  }

  /** The texture that a kernel gave, counted. */
  made(out: unknown, length: number): GlBlock {
    const texture = out as GlTexture;
    this.blocks++;
    this.bytes += bytesOf(texture);
    return { texture, length };
  }

  /** gpu.js says it of some textures, and GL itself of none. @throws DeviceError naming `what` they are */
  checkSize(length: number, what: string): void {
    const most = this.maxTextureSize ** 2;
    if (length > most)
      throw failure(
        this.mode,
        what,
        `of ${length} numbers is too large: the device holds at most ${most} in one piece`,
      );
  }

  get lost(): DeviceError | null {
    return this.gl.isContextLost() ? new DeviceError(`${deviceName(this.mode)}: the device was lost`) : null;
  }
}

/** Number x of a texture with so many in each of its pixels, 2 or 4: their reciprocals are exact. */
const apart = (results: number): Source => ({
  text: `function (a0) { const at = Math.floor(this.thread.x * ${1 / results}); const all = a0[at]; return all[this.thread.x - ${results} * at]; }`,
  buffers: ['a0'],
  offsets: [],
  numbers: [],
  functions: [],
  results: 1,
});

/** A pixel has four numbers, of which one is used. */
const bytesOf = ({ size }: GlTexture): number => 16 * size[0] * size[1];

function compile(context: GlContext, source: Source, { size, what }: { size: number; what: string }): Launch {
  const { gpu, mode } = context;
  const kernel = createKernel(gpu, source, size, { ...kept, bufferType });
  let isChecked = false;
  return {
    ready: null,
    run(blocks, offsets, numbers) {
      context.checkSize(size, what);
      let out: unknown;
      try {
        out = kernel(...(blocks as readonly GlBlock[]).map(({ texture }) => texture), ...offsets, ...numbers);
      } catch (error) {
        throw failure(mode, `${what}:`, (error as Error).message);
      }
      if (!isChecked) checkMode(kernel, mode, what);
      isChecked = true;
      if (source.results === 1) return context.made(out, size);
      const block = context.apart(out as GlTexture, source.results, size); // others read one number of a pixel
      (out as GlTexture).delete();
      return block;
    },
    release: () => kernel.destroy(),
  };
}

function hardwareOf({ gl, mode, maxTextureSize }: GlContext): Hardware {
  const limits = { maxTextureSize };
  // often a program on the CPU, which `auto` is not to take for a GPU
  if (mode === 'headlessgl') return { adapter: 'GL without a screen, on a driver that the package gl does not name', isSoftware: true, limits }; // prettier-ignore
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const adapter = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  return { adapter, isSoftware: isSoftwareRenderer(adapter), limits };
}
