import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** A file of an archive; one without bytes is a hole of zeros, which takes no room on the disk. */
export interface SparseMember {
  readonly name: string;
  readonly bytes?: Uint8Array;
  readonly hole?: number;
}

const u16 = (...values: number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);
const u32 = (...values: number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (...values: number[]): Buffer => Buffer.from(BigUint64Array.from(values.map(BigInt)).buffer);
const filled = 0xffffffff;

/** Writes a zip64 archive of stored files, without CRCs, as PyTorch can be told to write them. */
export function writeZip64(path: string, members: readonly SparseMember[]): void {
  const file = openSync(path, 'w');
  const directory: Buffer[] = [];
  let at = 0;
  const put = (bytes: Uint8Array) => (at += writeSync(file, bytes, 0, bytes.length, at));
  for (const { name, bytes, hole = bytes!.length } of members) {
    const begin = at;
    const letters = Buffer.from(name);
    const sizes = Buffer.concat([u16(1, 16), u64(hole, hole)]);
    const head = [u16(45, 0, 0, 0, 0), u32(0, filled, filled), u16(letters.length)];
    put(Buffer.concat([u32(0x04034b50), ...head, u16(sizes.length), letters, sizes]));
    if (bytes) put(bytes);
    else at += hole;
    const places = Buffer.concat([u16(1, 24), u64(hole, hole, begin)]);
    const rest = [u16(places.length, 0, 0, 0), u32(0, filled), letters, places];
    directory.push(Buffer.concat([u32(0x02014b50), u16(45), ...head, ...rest]));
  }
  const [begin, bytes] = [at, Buffer.concat(directory)];
  put(bytes);
  const end = at;
  put(Buffer.concat([u32(0x06064b50), u64(44), u16(45, 45), u32(0, 0), u64(members.length, members.length, bytes.length, begin)])); // prettier-ignore
  put(Buffer.concat([u32(0x07064b50, 0), u64(end), u32(1)]));
  put(Buffer.concat([u32(0x06054b50), u16(0, 0, 0xffff, 0xffff), u32(filled, filled), u16(0)]));
  ftruncateSync(file, at);
  closeSync(file);
}
