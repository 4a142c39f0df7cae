import { StateError } from '../core/errors';
import type { ByteSource } from './byte-source';

/** One file of a zip archive, as the directory at its end describes it. */
export interface ZipMember {
  readonly name: string;
  readonly deflated: boolean;
  readonly crc: number;
  /** Bytes in the archive, and bytes that they become. */
  readonly packed: number;
  readonly size: number;
  /** Where its bytes in the archive begin. */
  readonly begin: number;
}

/** Deflate makes at most this many bytes of one: a match of 258 takes at least two bits. */
const mostInflated = 1032;
const endBytes = 22;
const [endMark, end64Mark, locatorMark] = [0x06054b50, 0x06064b50, 0x07064b50];
const [memberMark, localMark, localBytes] = [0x02014b50, 0x04034b50, 30];

/**
 * The files of a zip archive by name, zip64 included. Sizes and places are checked against each other, so that no byte
 * belongs to two files and nothing announces more than it can become.
 *
 * Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readDirectory(asker: string, source: ByteSource): Promise<ReadonlyMap<string, ZipMember>> {
  const { count, length, begin } = await findDirectory(asker, source);
  const view = viewOf(await source.read(begin, length));
  const members: Described[] = [];
  let at = 0;
  while (members.length < count) {
    const [member, next] = readMember(asker, view, at);
    members.push(member);
    at = next;
  }
  if (at !== length) throw damaged(asker, `its directory is ${length} bytes long, its ${count} files take ${at}`);
  return located(asker, source, members, begin);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function damaged(asker: string, why: string): StateError {
  return new StateError(`${asker}: the zip archive is damaged: ${why}`);
}

interface Place {
  readonly count: number;
  readonly length: number;
  readonly begin: number;
}

async function findDirectory(asker: string, source: ByteSource): Promise<Place> {
  const tail = Math.min(source.size, endBytes + 0xffff);
  const view = viewOf(await source.read(source.size - tail, tail));
  let at = view.byteLength - endBytes;
  while (at >= 0 && !(view.getUint32(at, true) === endMark && view.getUint16(at + 20, true) === tail - at - endBytes))
    at--;
  if (at < 0)
    throw new StateError(`${asker}: this is no zip archive, or it is cut off: it has no directory at its end`);
  const end = source.size - tail + at;
  const short = { count: view.getUint16(at + 10, true), length: view.getUint32(at + 12, true), begin: view.getUint32(at + 16, true) }; // prettier-ignore
  const isLong = short.count === 0xffff || short.length === 0xffffffff || short.begin === 0xffffffff;
  const place = isLong ? await findLong(asker, source, end) : { ...short, end };
  if (place.begin + place.length > place.end || place.count * 46 > place.length)
    throw damaged(asker, `its directory of ${place.count} files does not fit between ${place.begin} and ${place.end}`);
  return place;
}

/** The place of the directory of a zip64 archive, which stands before the end of an ordinary one. */
async function findLong(asker: string, source: ByteSource, end: number): Promise<Place & { end: number }> {
  const locator = viewOf(await source.read(Math.max(0, end - 20), Math.min(20, end)));
  if (locator.byteLength < 20 || locator.getUint32(0, true) !== locatorMark)
    throw damaged(asker, 'it lacks its zip64 end');
  const begin = longAt(asker, locator, 8);
  if (begin + 56 > end) throw damaged(asker, 'its zip64 end lies outside of it');
  const view = viewOf(await source.read(begin, 56));
  if (view.getUint32(0, true) !== end64Mark) throw damaged(asker, 'it lacks its zip64 end');
  return {
    count: longAt(asker, view, 32),
    length: longAt(asker, view, 40),
    begin: longAt(asker, view, 48),
    end: begin,
  };
}

function longAt(asker: string, view: DataView, at: number): number {
  const value = at + 8 <= view.byteLength ? Number(view.getBigUint64(at, true)) : Infinity;
  if (!Number.isSafeInteger(value)) throw damaged(asker, `${value} is no size`);
  return value;
}

/** A file as the directory alone tells of it: `begin` is the place of its own header. */
type Described = ZipMember;

function readMember(asker: string, view: DataView, at: number): [Described, number] {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== memberMark)
    throw damaged(asker, 'its directory ends early or is garbled');
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
  const next = at + 46 + nameLength + extraLength + commentLength;
  if (next > view.byteLength) throw damaged(asker, 'its directory ends early');
  const name = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength),
  );
  const extra = new DataView(view.buffer, view.byteOffset + at + 46 + nameLength, extraLength);
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  if (flags & 1) throw new StateError(`${asker}: '${name}' is encrypted`);
  if (method !== 0 && method !== 8)
    throw new StateError(`${asker}: '${name}' is packed by method ${method}; known are stored (0) and deflated (8)`);
  const short = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  const [size, packed, begin] = longSizes(asker, short, extra);
  const member = { name, deflated: method === 8, crc: view.getUint32(at + 16, true), packed, size, begin };
  return [member, next];
}

/** Sizes and place, those of zip64 where the short ones are filled up. */
function longSizes(asker: string, short: readonly number[], extra: DataView): number[] {
  if (!short.includes(0xffffffff)) return [...short];
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    if (extra.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    return short.map((size) => {
      if (size !== 0xffffffff) return size;
      field += 8;
      return longAt(asker, extra, field - 8);
    });
  }
  throw damaged(asker, 'a file in it lacks its zip64 sizes');
}

/** Every file between the one before and the one after, each name once, and each where its own header says the same. */
async function located(
  asker: string,
  source: ByteSource,
  members: readonly Described[],
  directory: number,
): Promise<ReadonlyMap<string, ZipMember>> {
  const ordered = [...members].sort((a, b) => a.begin - b.begin);
  const limits = new Map(ordered.map((member, i) => [member, ordered[i + 1]?.begin ?? directory]));
  const byName = new Map<string, ZipMember>();
  for (const member of members) {
    const { name, packed, size, deflated } = member;
    if (byName.has(name)) throw damaged(asker, `'${name}' is in it twice`);
    if (deflated ? size > packed * mostInflated : size !== packed)
      throw damaged(asker, `'${name}' of ${packed} bytes cannot become ${size}`);
    byName.set(name, { ...member, begin: await dataBegin(asker, source, member, limits.get(member)!) });
  }
  return byName;
}

/** Where the bytes of a file begin, behind its own header, which must name the same file. */
async function dataBegin(asker: string, source: ByteSource, member: Described, limit: number): Promise<number> {
  const { name, packed, begin } = member;
  const nameBytes = new TextEncoder().encode(name);
  const header = begin + localBytes + nameBytes.length;
  if (header + packed > limit) throw damaged(asker, `'${name}' reaches into what comes after it`);
  const head = await source.read(begin, header - begin);
  const view = viewOf(head);
  const named = head.subarray(localBytes);
  const isIt = view.getUint32(0, true) === localMark && view.getUint16(26, true) === nameBytes.length;
  if (!isIt || nameBytes.some((byte, i) => byte !== named[i]))
    throw damaged(asker, `'${name}' is not where its directory says`);
  const at = header + view.getUint16(28, true);
  if (at + packed > limit) throw damaged(asker, `'${name}' reaches into what comes after it`);
  return at;
}
