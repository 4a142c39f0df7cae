import type * as nodeFs from 'node:fs';
import { nodeModule } from '../../core/node-module';
import { assemble } from './assemble';
import { FunctionBuilder } from './function-builder';

type V8 = { setFlagsFromString: (flag: string) => void };
type Versions = { readonly [name: string]: string | undefined };

const known = new Map<string, boolean>();

/** What `find` says the first time. */
function once(name: string, find: () => boolean): boolean {
  let found = known.get(name);
  if (found === undefined) known.set(name, (found = find()));
  return found;
}

function validates(build: (f: FunctionBuilder) => void): boolean {
  const f = new FunctionBuilder([], ['v128']);
  build(f);
  return typeof WebAssembly === 'object' && WebAssembly.validate(assemble([f]));
}

const zero = new Float32Array(4);

/** Whether the engine has 128-bit SIMD, without which this backend does not run. */
export const hasSimd = (): boolean => once('simd', () => validates((f) => f.v128(zero)));

/** Whether a multiply-add is one instruction. Node 20 has it behind a flag that can be set while it runs. */
export function hasMultiplyAdd(): boolean {
  return once('madd', () => {
    const isValid = () => validates((f) => f.v128(zero).v128(zero).v128(zero).op('f32x4.relaxed_madd'));
    if (isValid()) return true;
    setFlag('--experimental-wasm-relaxed-simd');
    return isValid();
  });
}

/**
 * Whether V8 joins vectors that a function stores side by side, and all that they are computed from, into vectors of 256 bits. It can
 * from version 13 on (Node 24), on x64 with AVX2, behind a flag that can be set while it runs; the results have the same bits.
 */
export function joinsVectors(): boolean {
  return once('joined', () => {
    if (!canJoinVectors()) return false;
    setFlag('--experimental-wasm-revectorize');
    return true;
  });
}

interface Process {
  readonly versions?: Versions;
  readonly arch?: string;
  readonly platform?: string;
  readonly env?: Versions;
}

/** Newer versions than those that were tried are left alone. */
const joining = { from: 13, to: 14 };

function canJoinVectors(): boolean {
  const { process } = globalThis as { process?: Process };
  if (!process?.versions || !isJoiningNode(process.versions) || process.arch !== 'x64') return false;
  if (process.env?.DECOGRAD_VECTORS === '128') return false;
  return process.platform !== 'linux' || /\bavx2\b/.test(processorFlags());
}

/** Others than Node may have V8 without it. */
function isJoiningNode({ v8 = '', node, deno, bun, electron }: Versions): boolean {
  const major = Number.parseInt(v8, 10);
  return Boolean(node && !deno && !bun && !electron) && major >= joining.from && major <= joining.to;
}

/** What Linux says of the processors. */
function processorFlags(): string {
  try {
    return nodeModule<typeof nodeFs>('node:fs')?.readFileSync('/proc/cpuinfo', 'latin1') ?? '';
  } catch {
    return '';
  }
}

function setFlag(flag: string): void {
  nodeModule<V8>('node:v8')?.setFlagsFromString(flag);
}
