import { ByteWriter } from './byte-writer';
import type { FunctionBuilder, ValueType } from './function-builder';

/** As many as there can be: 4 GiB. */
export const mostPages = 65536;

const typeCodes: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** The bytes of a module that imports its memory as `engine.memory` and exports the functions by number: '0', '1', ... */
export function assemble(exported: readonly FunctionBuilder[], isShared = false): Uint8Array<ArrayBuffer> {
  const functions = withCallees(exported);
  const module = new ByteWriter().bytes(header);
  section(module, 1, functions.keys(), (out, f) => types(types(out.byte(0x60), f.params), f.results));
  section(module, 2, ['memory'], (out, name) => limits(text(text(out, 'engine'), name).byte(0x02), isShared));
  section(module, 3, functions.values(), (out, index) => out.unsigned(index));
  section(module, 7, exported.entries(), (out, [i, f]) => text(out, String(i)).byte(0x00).unsigned(functions.get(f)!));
  section(module, 10, functions.keys(), (out, f) => out.sized(body(f, functions)));
  return module.written.slice();
}

/** A section of the module: how many items it has, and the items. */
function section<T>(
  module: ByteWriter,
  id: number,
  items: Iterable<T>,
  write: (out: ByteWriter, item: T) => void,
): void {
  const out = new ByteWriter();
  let count = 0;
  for (const item of items) {
    write(out, item);
    count++;
  }
  const length = new ByteWriter().unsigned(count);
  module
    .byte(id)
    .unsigned(length.length + out.length)
    .bytes(length.written)
    .bytes(out.written);
}

const types = (out: ByteWriter, list: readonly ValueType[]): ByteWriter =>
  out.sized(list.map((type) => typeCodes[type]));

const text = (out: ByteWriter, value: string): ByteWriter => out.sized(new TextEncoder().encode(value));

const limits = (out: ByteWriter, isShared: boolean): ByteWriter =>
  isShared ? out.bytes([0x03, 0x01]).unsigned(mostPages) : out.bytes([0x00, 0x01]);

/** The functions of a module with their numbers. */
function withCallees(exported: readonly FunctionBuilder[]): Map<FunctionBuilder, number> {
  const all = new Set(exported);
  for (const f of all) for (const { target } of f.calls) all.add(target);
  return new Map([...all].map((f, index) => [f, index]));
}

function body(f: FunctionBuilder, functions: ReadonlyMap<FunctionBuilder, number>): Uint8Array {
  const out = new ByteWriter().unsigned(f.locals.length);
  for (const type of f.locals) out.byte(1).byte(typeCodes[type]);
  const code = f.code.written;
  let from = 0;
  for (const { at, target } of f.calls) {
    out.bytes(code.subarray(from, at)).unsigned(functions.get(target)!);
    from = at;
  }
  return out.bytes(code.subarray(from)).byte(0x0b).written;
}
