import { expect, it } from 'vitest';
import { ByteWriter } from '../../src/backend/wasm/byte-writer';

const bytes = (write: (out: ByteWriter) => unknown): number[] => {
  const out = new ByteWriter();
  write(out);
  return [...out.written];
};

it('writes LEB128 as the specification of DWARF and WebAssembly shows it', () => {
  expect(bytes((out) => out.unsigned(624485))).toEqual([0xe5, 0x8e, 0x26]);
  expect(bytes((out) => out.signed(-123456))).toEqual([0xc0, 0xbb, 0x78]);
});

/** As the definition says it, on numbers of any size. */
function decoded(list: number[], isSigned: boolean): number {
  const bits = BigInt(7 * list.length);
  const value = list.reduce((sum, byte, i) => sum | (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n);
  return Number(isSigned ? BigInt.asIntN(Number(bits), value) : value);
}

it('a number is read back, is as short as it can be, and only its last byte has no mark', () => {
  const edges = [0, 1, 0x3f, 0x40, 0x7f, 0x80, 0x1fff, 0x2000, 0x3fff, 0x4000, 2 ** 27, 2 ** 31 - 1];
  const read = (list: number[], isSigned: boolean): number => {
    expect(list.map((byte) => byte >> 7)).toEqual([...list.slice(1).map(() => 1), 0]);
    return decoded(list, isSigned);
  };
  for (const value of [...edges, 2 ** 31, 2 ** 32 - 1]) {
    const list = bytes((out) => out.unsigned(value));
    expect(read(list, false)).toBe(value);
    expect(list.length).toBe(Math.max(1, Math.ceil(Math.log2(value + 1) / 7)));
  }
  for (const value of edges.flatMap((edge) => [edge, -edge - 1])) {
    const list = bytes((out) => out.signed(value));
    expect(read(list, true)).toBe(value);
    const significant = 33 - Math.clz32(value < 0 ? ~value : value);
    expect(list.length).toBe(Math.ceil(significant / 7));
  }
});

it('keeps what is written when it grows, byte by byte and in long runs', () => {
  const run = Uint8Array.from({ length: 1000 }, (_, i) => i);
  const out = bytes((writer) => {
    for (let i = 0; i < 300; i++) writer.byte(i & 0xff);
    writer.sized(run).bytes([1, 2]);
  });
  expect(out).toEqual([...Array.from({ length: 300 }, (_, i) => i & 0xff), 0xe8, 0x07, ...run, 1, 2]);
});
