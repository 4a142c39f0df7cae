import { StateError } from '../core/errors';
import type { Budget } from './budget';
import { bytesSource, type ByteSource } from './byte-source';
import { crc32 } from './crc32';
import type { ZipMember } from './zip-directory';

/** Few enough that what one piece of hostile data becomes fits in memory. */
const inflatedPiece = 2 ** 14;
const checkedPiece = 2 ** 22;

/**
 * The bytes of one file of a zip archive: a part of the archive where it is stored, inflated into memory where it is
 * deflated. Checked against its CRC first.
 * @param budget what inflated bytes are taken from
 * @param withoutCrc whether a CRC of 0 stands for none
 */
export async function openMember(
  source: ByteSource,
  member: ZipMember,
  budget: Budget,
  withoutCrc = false,
): Promise<ByteSource> {
  const where = `${budget.asker}: '${member.name}'`;
  const packed = partOf(source, member.begin, member.packed, where);
  const whole = member.deflated ? bytesSource(where, await inflated(where, packed, member.size, budget)) : packed;
  const crc = withoutCrc && member.crc === 0 ? 0 : await crcOf(whole);
  if (crc !== member.crc) throw new StateError(`${where} is damaged: its bytes do not match its CRC`);
  return whole;
}

/** A part of a source as one of its own. */
function partOf(source: ByteSource, begin: number, size: number, where: string): ByteSource {
  const read = async (at: number, length: number) => {
    if (!(at >= 0 && at + length <= size))
      throw new StateError(`${where} ends early: bytes ${at} to ${at + length} are needed, there are ${size}`);
    return source.read(begin + at, length);
  };
  return { size, read, close: async () => {} };
}

async function crcOf(source: ByteSource): Promise<number> {
  let crc = 0;
  for (let at = 0; at < source.size; at += checkedPiece)
    crc = crc32(await source.read(at, Math.min(checkedPiece, source.size - at)), crc);
  return crc;
}

/** Exactly `size` bytes: more are refused while they come. */
async function inflated(where: string, packed: ByteSource, size: number, budget: Budget): Promise<Uint8Array> {
  budget.take(size, `what ${where} announces`);
  const { Inflate } = await import('fflate');
  const out = new Uint8Array(size);
  let filled = 0;
  const stream = new Inflate((bytes) => {
    if (filled + bytes.length > size) throw new StateError(`${where} becomes more than the ${size} bytes it announces`);
    out.set(bytes, filled);
    filled += bytes.length;
  });
  for (let at = 0; at < packed.size; at += inflatedPiece) {
    const length = Math.min(inflatedPiece, packed.size - at);
    push(where, stream, await packed.read(at, length), at + length === packed.size);
  }
  if (filled === size) return out;
  throw new StateError(`${where} becomes ${filled} bytes, not the ${size} it announces`);
}

function push(
  where: string,
  stream: { push(bytes: Uint8Array, final: boolean): void },
  bytes: Uint8Array,
  final: boolean,
) {
  try {
    stream.push(bytes, final);
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new StateError(`${where} cannot be inflated: ${(error as Error).message}`);
  }
}
