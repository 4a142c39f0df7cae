import { assemble } from './assemble';
import { FunctionBuilder } from './function-builder';

type Process = { getBuiltinModule?: (name: string) => { setFlagsFromString?: (flag: string) => void } | undefined };

const known = new Map<string, boolean>();

function validates(name: string, build: (f: FunctionBuilder) => void): boolean {
  let found = known.get(name);
  if (found === undefined) {
    const f = new FunctionBuilder([], ['v128']);
    build(f);
    found = typeof WebAssembly === 'object' && WebAssembly.validate(assemble([f]));
    known.set(name, found);
  }
  return found;
}

const zero = new Float32Array(4);

/** Whether the engine has 128-bit SIMD, without which this backend does not run. */
export function hasSimd(): boolean {
  return validates('simd', (f) => f.v128(zero));
}

/** Whether a multiply-add is one instruction. Node 20 has it behind a flag that can be set while it runs. */
export function hasMultiplyAdd(): boolean {
  if (!known.has('madd')) {
    const { process } = globalThis as { process?: Process };
    process?.getBuiltinModule?.('node:v8')?.setFlagsFromString?.('--experimental-wasm-relaxed-simd');
  }
  return validates('madd', (f) => f.v128(zero).v128(zero).v128(zero).op('f32x4.relaxed_madd'));
}
