import { unsignedLeb, type FunctionBuilder, type ValueType } from './function-builder';

/** As many as there can be: 4 GiB. */
export const mostPages = 65536;

const typeCodes: Record<ValueType, number> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

const vector = (items: readonly (readonly number[])[]): number[] => [...unsignedLeb(items.length), ...items.flat()];
const sized = (bytes: readonly number[]): number[] => [...unsignedLeb(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);

/** The bytes of a module that imports its memory as `engine.memory` and exports the functions by number: '0', '1', ... */
export function assemble(exported: readonly FunctionBuilder[], isShared = false): Uint8Array<ArrayBuffer> {
  const functions = withCallees(exported);
  const types = functions.map((f) => [0x60, ...vector(f.params.map(typeOf)), ...vector(f.results.map(typeOf))]);
  const limits = isShared ? [0x03, 0x01, ...unsignedLeb(mostPages)] : [0x00, 0x01];
  const memoryImport = [...text('engine'), ...text('memory'), 0x02, ...limits];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector([memoryImport])),
    ...section(3, vector(functions.map((_, i) => unsignedLeb(i)))),
    ...section(7, vector(exported.map((f, i) => [...text(String(i)), 0x00, ...unsignedLeb(functions.indexOf(f))]))),
    ...section(10, vector(functions.map((f) => sized(body(f, functions))))),
  ]);
}

const typeOf = (type: ValueType): number[] => [typeCodes[type]];

function withCallees(exported: readonly FunctionBuilder[]): FunctionBuilder[] {
  const all = new Set(exported);
  for (const f of all) for (const item of f.code) if (typeof item !== 'number') all.add(item);
  return [...all];
}

function body(f: FunctionBuilder, functions: readonly FunctionBuilder[]): number[] {
  const locals = vector(f.locals.map((type) => [1, typeCodes[type]]));
  const code = f.code.flatMap((item) => (typeof item === 'number' ? item : unsignedLeb(functions.indexOf(item))));
  return [...locals, ...code, 0x0b];
}
