/** As much of WebGPU as is used here, and what gpu.js's kernels of that mode have in them. */

export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
  destroy(): void;
  /** gpu.js counts here who holds the buffer. */
  _refs?: number;
}
export interface GpuCommands {
  copyBufferToBuffer(from: GpuBuffer, at: number, to: GpuBuffer, toAt: number, bytes: number): void;
  finish(): object;
}
export interface GpuDevice {
  readonly limits: { readonly maxStorageBufferBindingSize: number; readonly maxBufferSize: number };
  readonly lost: Promise<{ readonly message: string; readonly reason?: string }>;
  readonly queue: {
    writeBuffer(buffer: GpuBuffer, at: number, data: Float32Array): void;
    submit(commands: readonly object[]): void;
    onSubmittedWorkDone(): Promise<void>;
  };
  createBuffer(options: { size: number; usage: number }): GpuBuffer;
  createCommandEncoder(): GpuCommands;
  pushErrorScope(filter: 'out-of-memory' | 'validation'): void;
  popErrorScope(): Promise<{ readonly message: string } | null>;
  destroy(): void;
}
export interface GpuAdapter {
  readonly info?: {
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly isFallbackAdapter?: boolean;
  readonly limits: GpuDevice['limits'] & { readonly maxStorageBuffersPerShaderStage: number };
}
export interface GpuEntry {
  requestAdapter(): Promise<GpuAdapter | null>;
}

export const usage = { mapRead: 1, copySource: 4, copyDestination: 8, storage: 128 } as const;
export const mapRead = 1;

/** What gpu.js makes of a kernel in mode webgpu. */
export interface WebGpuKernel {
  build(...args: unknown[]): Promise<void>;
  run(...args: unknown[]): Promise<unknown>;
  readonly context: { readonly device: GpuDevice; readonly adapter: GpuAdapter; isLost: boolean };
  /** Where it writes; one that is large enough is taken as it is. */
  outputBuffer: GpuBuffer | null;
  bindGroupDirty: boolean;
}
